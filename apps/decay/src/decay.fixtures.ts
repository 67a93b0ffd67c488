import { randomUUID } from 'node:crypto';
import type { EventData, EventDefinition } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillArchived, SkillPublished, SkillUnarchived } from '@loam/contracts/registry';
import { SkillUsed } from '@loam/contracts/telemetry';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore, rebuildFromLog, replayCheck, type ReplayReport } from '@loam/event-store';
import { testContext, testDatabase, testOccurrence, type TestDatabase } from '@loam/testing';
import { decayMigrations } from './decay.migrations';
import { decayEvents, decayProjections } from './decay.events';
import { WatchArchiveController } from './watch-archive/watch-archive.controller';
import { WatchSkillController } from './watch-skill/watch-skill.controller';
import { WatchUseController } from './watch-use/watch-use.controller';

/** What other services tell of an item. */
export type Told =
  | EventOf<typeof SkillPublished>
  | EventOf<typeof SkillArchived>
  | EventOf<typeof SkillUnarchived>
  | EventOf<typeof SkillUsed>;

/** Decay on a database of its own, without a broker. */
export interface TestDecay {
  readonly server: TestDatabase;
  readonly database: Database;
  /** Delivers an event, as the broker does. */
  deliver(event: Told): Promise<void>;
  check(): Promise<ReplayReport>;
}

export async function testDecay(): Promise<TestDecay> {
  const server = await testDatabase('decay');
  const database = await server.open('decay', decayMigrations);
  const catalog = new EventCatalog(decayEvents);
  const store = new EventStore({ database, catalog, inline: decayProjections, clock: () => new Date() });
  const [skill, archive, use] = [
    new WatchSkillController(),
    new WatchArchiveController(),
    new WatchUseController(),
  ];
  return {
    ...{ server, database },
    deliver: (event) =>
      store.transaction(testContext(event.tenant), (unit) => {
        switch (event.type) {
          case SkillPublished.name:
            return skill.watch([testOccurrence(event)], unit);
          case SkillArchived.name:
            return archive.watch(event, unit);
          case SkillUnarchived.name:
            return archive.watchReturn(event, unit);
          case SkillUsed.name:
            return use.watch([testOccurrence(event)], unit);
        }
      }),
    check: () => replayCheck(database, [rebuildFromLog(catalog, decayProjections)], () => undefined),
  };
}

const eventOf = <E extends EventDefinition>(
  { name }: E,
  tenant: string,
  data: EventData<E>,
  occurredAt = '2026-01-01T00:00:00.000Z',
): EventOf<E> => ({
  ...{ id: randomUUID(), type: name, version: 1, stream: 's', revision: 0, tenant, occurredAt },
  ...{ correlationId: 'c', causationId: null, actor: { type: 'token', id: 't' } as const, data },
});

const item = { kind: 'skill', slug: 'a-skill' } as const;

export const published = (
  tenant: string,
  version: string,
  said: Partial<EventData<typeof SkillPublished> & { at: string }> = {},
): EventOf<typeof SkillPublished> => {
  const { at, ...data } = said;
  return eventOf(
    SkillPublished,
    tenant,
    {
      ...{ ...item, version, name: null, description: `what ${version} does`, descriptionDerived: false },
      ...{
        whenToUse: null,
        tags: [],
        requires: [],
        sha256: 'a'.repeat(64),
        bytes: 1,
        files: 1,
        draftId: null,
      },
      ...{ fingerprint: `sha256:${'a'.repeat(64)}`, uploadSha256: 'a'.repeat(64) },
      ...data,
    },
    at,
  );
};

/** @param revision of the item's stream, by which later news is told from earlier */
export const archived = (
  tenant: string,
  revision: number,
  ...versions: string[]
): EventOf<typeof SkillArchived> => ({ ...eventOf(SkillArchived, tenant, { ...item, versions }), revision });

export const unarchived = (
  tenant: string,
  revision: number,
  ...versions: string[]
): EventOf<typeof SkillUnarchived> => ({
  ...eventOf(SkillUnarchived, tenant, { ...item, versions }),
  revision,
});

/** Used so often so far on a day; the time of the last use goes with the number. */
export const used = (
  tenant: string,
  downloads: number,
  said: Partial<EventData<typeof SkillUsed>> = {},
): EventOf<typeof SkillUsed> => {
  const day = said.day ?? '2026-01-02';
  return eventOf(SkillUsed, tenant, {
    ...{ ...item, version: '1.0.0', day, sequence: downloads, views: 0, downloads },
    lastUsedAt: new Date(Date.parse(day) + downloads * 1000).toISOString(),
    ...said,
  });
};
