import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillPublished, SkillScanned } from '@loam/contracts/registry';
import { testContext, testOccurrence } from '@loam/testing';
import { published, testDecay, type TestDecay } from './decay.fixtures';
import { WatchSkillController } from './watch-skill/watch-skill.controller';
import { WatchEvaluationController } from './watch-evaluation/watch-evaluation.controller';

const PUBLISHED = '2026-01-01T00:00:00.000Z';
const RESCANNED = '2026-02-01T00:00:00.000Z';
const slugs = ['a-skill', 'b-skill'];
type Told = EventOf<typeof SkillPublished> | EventOf<typeof SkillScanned>;

const scanned = (slug: string, occurredAt: string, atPublication: boolean): EventOf<typeof SkillScanned> => ({
  ...{ id: randomUUID(), type: SkillScanned.name, version: 1, stream: slug, revision: 1, tenant: '' },
  ...{ occurredAt, correlationId: 'c', causationId: null, actor: { type: 'token', id: 't' } },
  data: {
    ...{ kind: 'skill', slug, version: '1.0.0', sha256: 'a'.repeat(64), ruleSet: 'r' },
    ...{ verdict: 'pass', blastRadius: 'low', findings: [], findingsTotal: 0, capabilities: [] },
    ...(atPublication && { atPublication }),
  },
});
const publishedAs = (slug: string, judged: boolean): EventOf<typeof SkillPublished> => ({
  ...published('', '1.0.0', { slug, at: PUBLISHED, ...(judged && { judged }) }),
  stream: slug,
});

describe('when a version was judged last', () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  const isPublication = (event: Told): event is EventOf<typeof SkillPublished> =>
    event.type === SkillPublished.name;

  /** Delivers what happens to both items together, as the broker does under load. */
  async function judgedAfter(tenant: string, rounds: readonly (readonly Told[])[]): Promise<unknown[]> {
    for (const round of rounds)
      await decay.store.transaction(testContext(tenant), async (unit) => {
        const publications = round.filter(isPublication);
        const scans = round.filter((event) => !isPublication(event));
        if (publications.length > 0)
          await new WatchSkillController().watch(publications.map(testOccurrence), unit);
        else await new WatchEvaluationController().watch(scans.map(testOccurrence), unit);
      });
    const rows = await decay.database.tenant(tenant, (tx) =>
      tx.query<{ evaluated_at: Date | null; live: boolean }[]>(
        'SELECT evaluated_at, live FROM vitals ORDER BY slug',
      ),
    );
    return rows.map(({ evaluated_at, live }) => (live ? (evaluated_at?.toISOString() ?? null) : 'not live'));
  }
  const ofBoth = (make: (slug: string) => Told): Told[] => slugs.map(make);

  it('is its publication, if the safety gate could tell at once', async () => {
    const rounds = [
      ofBoth((slug) => publishedAs(slug, true)),
      ofBoth((slug) => scanned(slug, PUBLISHED, true)),
    ];
    expect(await judgedAfter(randomUUID(), rounds)).toEqual([PUBLISHED, PUBLISHED]);
  });

  it('is never, as long as the safety gate could not tell', async () => {
    const rounds = [ofBoth((slug) => publishedAs(slug, false))];
    expect(await judgedAfter(randomUUID(), rounds)).toEqual([null, null]);
  });

  it('is the last scan, in whatever order all this is heard of', async () => {
    const story = [
      ofBoth((slug) => publishedAs(slug, true)),
      ofBoth((slug) => scanned(slug, PUBLISHED, true)),
      ofBoth((slug) => scanned(slug, RESCANNED, false)),
    ];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(story, { minLength: story.length }), async (rounds) => {
        expect(await judgedAfter(randomUUID(), rounds)).toEqual([RESCANNED, RESCANNED]);
      }),
      { numRuns: 12 },
    );
    expect(await decay.check()).toMatchObject({ differing: 0 });
  });
});
