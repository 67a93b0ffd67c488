import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { EventOf } from '@loam/contracts/envelope';
import type { SkillUsed } from '@loam/contracts/telemetry';
import { archived, published, testDecay, used, type TestDecay } from './decay.fixtures';
import {
  dayOf,
  isOld,
  ITEMS,
  PATTERNS,
  simulatedItems,
  usageModel,
  type Pattern,
} from './simulated-year.fixtures';

jest.setTimeout(240_000);

const DAYS = 365;
const items = simulatedItems();
const patternOf = new Map(items.map(({ slug, pattern }) => [slug, pattern]));

interface Decision {
  readonly slug: string;
  readonly what: string;
  readonly rules: readonly DecayRule[];
}

describe('a simulated year of 500 skills', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  /** Tells decay all that happens on a day, in the words of the other services, and sweeps once a week. */
  async function live(tenant: string): Promise<void> {
    const model = usageModel();
    const fingerprintOf = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
    decay.set('2024-12-31T00:00:00Z');
    for (const [index, { slug, pattern }] of items.entries()) {
      const at = isOld(pattern) ? '2023-12-01T00:00:00.000Z' : '2024-12-31T00:00:00.000Z';
      await decay.deliver(published(tenant, '1.0.0', { slug, at, fingerprint: fingerprintOf(index) }));
    }
    for (let day = -DAYS; day < DAYS; day += day < 0 ? 5 : 1) {
      const told: EventOf<typeof SkillUsed>[] = [];
      for (const item of items) {
        if (day < 0 && item.pattern !== 'seasonal') continue;
        const { uses, ...outcomes } = model(day, item);
        if (uses === 0) continue;
        const on = { slug: item.slug, day: dayOf(day), invocations: uses, ...outcomes };
        told.push(
          used(tenant, 0, { ...on, sequence: day + DAYS + 2, lastUsedAt: `${dayOf(day)}T12:00:00.000Z` }),
        );
      }
      decay.set(`${dayOf(day)}T23:00:00Z`);
      if (told.length > 0) await decay.deliverUses(tenant, told);
      if (day < 0 || day % 7 !== 0) continue;
      // Over a year of days the server would have learned by itself how the tables grow.
      if (day % 28 === 0)
        await decay.server.asSuperuser(
          'ANALYZE decay.usage_days, decay.vitals, decay.versions, decay.events',
        );
      await decay.sweep(tenant);
      for (const { slug } of decay.takeOwed(tenant))
        await decay.deliver({
          ...archived(tenant, 1, '1.0.0'),
          data: { kind: 'skill', slug, versions: ['1.0.0'] },
        });
    }
  }

  const decisions = (tenant: string): Promise<Decision[]> =>
    decay.database.tenant(tenant, (tx) =>
      tx.query('SELECT slug, what, rules FROM transitions ORDER BY at, slug, what'),
    );

  const itemsWith = (all: readonly Decision[], pattern: Pattern, what: string): number =>
    new Set(
      all
        .filter((each) => each.what === what && patternOf.get(each.slug) === pattern)
        .map(({ slug }) => slug),
    ).size;

  function tableOf(all: readonly Decision[]): string {
    const rows = PATTERNS.map((pattern) => {
      const flagged = all.filter((each) => each.what === 'flagged' && patternOf.get(each.slug) === pattern);
      const rules = new Map<string, number>();
      for (const { rules: of } of flagged) rules.set(of.join(' + '), (rules.get(of.join(' + ')) ?? 0) + 1);
      const reasons = [...rules]
        .sort()
        .map(([rule, count]) => `${rule} ${String(count)}`)
        .join(', ');
      const counts = ['flagged', 'used', 'evidence', 'notified', 'archived'].map((what) =>
        itemsWith(all, pattern, what),
      );
      return `| ${[pattern, ITEMS / PATTERNS.length, ...counts, reasons === '' ? 'none' : reasons].map(String).join(' | ')} |`;
    });
    return rows.join('\n');
  }

  it('ends in the decisions that docs/measurements.md tells, and a replay from empty in the same', async () => {
    const tenant = randomUUID();
    await decay.setPolicy(tenant, {
      policies: [{ kind: 'skill', archive: { after_days: 30, owner: 'platform' } }],
    });
    await live(tenant);
    const all = await decisions(tenant);
    const page = await readFile(resolve(__dirname, '../../../docs/measurements.md'), 'utf8');
    const squeezed = (text: string): string => text.replace(/ +/g, ' ');
    expect(squeezed(page)).toContain(tableOf(all));
    expect(itemsWith(all, 'growing', 'flagged')).toBe(0);
    expect(itemsWith(all, 'never used', 'archived')).toBe(100);
    expect(itemsWith(all, 'seasonal', 'archived')).toBe(0);
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });
});
