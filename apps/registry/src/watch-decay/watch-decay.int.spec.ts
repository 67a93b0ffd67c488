import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { CandidateCleared, CandidateFlagged } from '@loam/contracts/decay';
import type { EventOf } from '@loam/contracts/envelope';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore } from '@loam/event-store';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { DecayNoted } from '../decay-note.stream';
import { decayNotes } from '../decay-notes.projection';
import { registryMigrations } from '../registry.migrations';
import { WatchDecayController } from './watch-decay.controller';

type News = EventOf<typeof CandidateFlagged> | EventOf<typeof CandidateCleared>;

const item = { kind: 'skill', slug: 'a' } as const;
const none = { d7: 0, d14: 0, d30: 0, d90: 0, d180: 0 };
const inputs = {
  ...{
    at: '2026-06-01T00:00:00Z',
    version: '1.0.0',
    tags: [],
    ageDays: 900,
    uses: 0,
    lastUsedAt: null,
    heardSince: null,
    silentDays: 0,
  },
  ...{
    firstUsedDay: null,
    lastUsedDay: null,
    score: 0,
    windows: none,
    halfYearBefore: none,
    yearBefore: none,
  },
  ...{ sinceHalfYear: 0, sinceYear: 0, theHalfYearBefore: 0, successes: 0, failures: 0, cost: 0 },
  ...{ dependants: 0, projects: 0, pinned: false, snoozedUntil: null, duplicateOf: null, supersededBy: null },
  evaluatedAt: null,
};
const envelope = (revision: number) => ({
  ...{ id: randomUUID(), version: 1, stream: 's', revision, tenant: randomUUID(), correlationId: 'c' },
  ...{ occurredAt: `2026-06-0${String(revision)}T00:00:00.000Z`, causationId: null },
  actor: { type: 'service' as const, id: 'decay' },
});
const flagged = (revision: number, rule: 'unused' | 'declining'): News => ({
  ...{ ...envelope(revision), type: CandidateFlagged.name },
  data: {
    ...{ ...item, version: '1.0.0', reasons: [{ rule, detail: 'd' }], inputs },
    policy: { version: 0, kind: 'skill', tag: null },
  },
});
const cleared = (revision: number): News => ({
  ...{ ...envelope(revision), type: CandidateCleared.name },
  data: { ...item, because: 'used', exemptions: [], policy: null, inputs: null },
});

describe('what decay says of an item', () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;
  beforeAll(async () => {
    server = await testDatabase('registry');
    database = await server.open('registry', registryMigrations);
    const catalog = new EventCatalog([DecayNoted]);
    store = new EventStore({ database, catalog, inline: [decayNotes], clock: () => new Date() });
  });
  afterAll(() => server.close());

  const controller = new WatchDecayController();
  const hear = (tenant: string, news: News) =>
    store.transaction(testContext(tenant), (unit) =>
      news.type === CandidateFlagged.name ? controller.watch(news, unit) : controller.watchEnd(news, unit),
    );

  it('is the latest, in whatever order and however often it is heard', async () => {
    const story = [flagged(1, 'unused'), cleared(2), flagged(5, 'declining')];
    const told = fc.tuple(
      fc.shuffledSubarray(story, { minLength: 3 }),
      fc.array(fc.constantFrom(...story), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(told, async ([once, again]) => {
        const tenant = randomUUID();
        for (const news of [...once, ...again]) await hear(tenant, news);
        const rows = await database.tenant(tenant, (tx) =>
          tx.query<unknown[]>('SELECT rules, as_of FROM decay_notes'),
        );
        expect(rows).toEqual([{ rules: ['declining'], as_of: 5 }]);
      }),
      { numRuns: 15 },
    );
  });
});
