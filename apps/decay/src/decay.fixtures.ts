import { randomUUID } from 'node:crypto';
import type { EventData, EventDefinition } from '@loam/contracts/define';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillMovedIn, SkillRenamed } from '@loam/contracts/names';
import { SkillArchived, SkillPublished, SkillUnarchived } from '@loam/contracts/registry';
import { SkillUsed } from '@loam/contracts/telemetry';
import { decayPolicySchema } from '@loam/contracts/decay-policy';
import { itemSchema, type Item } from '@loam/contracts/skill';
import type { Database } from '@loam/database';
import {
  EventCatalog,
  EventStore,
  rebuildFromLog,
  replayCheck,
  type EventContext,
  type ReplayReport,
} from '@loam/event-store';
import { Call } from '@loam/messaging';
import { testContext, testDatabase, testOccurrence, type TestDatabase } from '@loam/testing';
import { decayMigrations } from './decay.migrations';
import { decayEvents, decayProjections } from './decay.events';
import { ownContext } from './own-context';
import { policyStream } from './policy.stream';
import { policyEvents, setPolicy } from './set-policy/set-policy.decider';
import { Sweeper } from './sweep-tenant/sweeper';
import { WatchArchiveController } from './watch-archive/watch-archive.controller';
import { WatchRenameController } from './watch-rename/watch-rename.controller';
import { WatchSkillController } from './watch-skill/watch-skill.controller';
import { WatchUseController } from './watch-use/watch-use.controller';

/** What other services tell of an item. */
export type Told =
  | EventOf<typeof SkillPublished>
  | EventOf<typeof SkillArchived>
  | EventOf<typeof SkillUnarchived>
  | EventOf<typeof SkillRenamed>
  | EventOf<typeof SkillMovedIn>
  | EventOf<typeof SkillUsed>;

/** A call of a tenant's administrator. */
export const callOf = (tenant: string): Call =>
  new Call({
    identity: { issuer: 'gateway', tenant, actor: { type: 'token', id: 't' }, scopes: ['*'] },
    ...{ deadline: new Date(), signal: new AbortController().signal },
    ...{ correlationId: 'c', causationId: null, traceparent: null },
  });

/** Decay on a database of its own, without a broker. */
export interface TestDecay {
  readonly server: TestDatabase;
  readonly database: Database;
  /** Delivers an event, as the broker does. */
  deliver(event: Told): Promise<void>;
  check(): Promise<ReplayReport>;
  readonly store: EventStore;
  /** The clock of this decay; it stands still. */
  now(): Date;
  set(time: string): void;
  context(tenant: string): EventContext;
  /** A signal that nobody aborts. */
  readonly never: AbortSignal;
  sweeper(batch: number, onBatch?: () => void): Sweeper;
  /** Sweeps a tenant and tells what came of it. */
  sweep(tenant: string): Promise<unknown>;
  setPolicy(tenant: string, policy: unknown): Promise<void>;
  /** Delivers uses of one tenant at once, as the broker does where many wait. */
  deliverUses(tenant: string, events: readonly EventOf<typeof SkillUsed>[]): Promise<void>;
  /** The items that it asked the registry to archive since this was asked last. */
  takeOwed(tenant: string): readonly Item[];
  /** The items that it asked the registry to archive. */
  owed(tenant: string): readonly Item[];
}

export async function testDecay(): Promise<TestDecay> {
  const server = await testDatabase('decay');
  const database = await server.open('decay', decayMigrations);
  const catalog = new EventCatalog(decayEvents);
  let time = new Date('2026-06-01T12:00:00Z');
  const clock = () => time;
  const store = new EventStore({ database, catalog, inline: decayProjections, clock });
  const owed = new Map<string, Item[]>();
  const sweeper = (batch: number, onBatch?: () => void) =>
    new Sweeper({
      ...{ clock, batch },
      store: onBatch === undefined ? store : told(store, onBatch),
      jobs: {
        intend: async ({ context: { tenant } }, _job, _key, data) => {
          owed.set(tenant, [...(owed.get(tenant) ?? []), itemSchema.parse(data)]);
        },
      },
    });
  const never = new AbortController().signal;
  const [skill, archive, use, rename] = [
    ...([new WatchSkillController(), new WatchArchiveController(), new WatchUseController()] as const),
    new WatchRenameController(),
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
          case SkillRenamed.name:
            return archive.watchOldName(event, unit);
          case SkillMovedIn.name:
            return rename.arrive(event, unit);
          case SkillUsed.name:
            return use.watch([testOccurrence(event)], unit);
        }
      }),
    ...{ store, never, sweeper },
    now: clock,
    set: (at) => {
      time = new Date(at);
    },
    context: ownContext,
    sweep: async (tenant) => {
      const id = randomUUID();
      await sweeper(1000).sweep(ownContext(tenant), id, never);
      const [sweep] = await database.tenant(tenant, (tx) =>
        tx.query<unknown[]>('SELECT * FROM sweeps WHERE id = $1', [id]),
      );
      return sweep;
    },
    setPolicy: async (tenant, document) => {
      const command = decayPolicySchema.parse(document);
      const stream = policyStream(tenant);
      await store.execute(ownContext(tenant), { stream, events: policyEvents, decider: setPolicy, command });
    },
    owed: (tenant) => owed.get(tenant) ?? [],
    takeOwed: (tenant) => {
      const taken = owed.get(tenant) ?? [];
      owed.delete(tenant);
      return taken;
    },
    deliverUses: (tenant, events) =>
      store.transaction(testContext(tenant), (unit) => use.watch(events.map(testOccurrence), unit)),
    check: () => replayCheck(database, [rebuildFromLog(catalog, decayProjections)], () => undefined),
  };
}

/** The same store, which tells after each transaction. */
const told = (
  store: EventStore,
  onTransaction: () => void,
): Pick<EventStore, 'transaction' | 'database'> => ({
  database: store.database,
  transaction: async (context, work) => {
    const result = await store.transaction(context, work);
    onTransaction();
    return result;
  },
});

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

/** What the registry tells of a renaming: that it left under one name, and came under another. */
export const renamed = (
  tenant: string,
  revision: number,
  { from, to }: { readonly from: string; readonly to: string },
): [EventOf<typeof SkillRenamed>, EventOf<typeof SkillMovedIn>] => {
  const version = {
    ...{ version: '1.0.0', sha256: 'a'.repeat(64), fingerprint: `sha256:${'a'.repeat(64)}` },
    ...({ archived: false, yanked: false, erased: false, scanned: 'pass', reviewed: null } as const),
    ...{ description: 'what 1.0.0 does', publishedAt: '2026-01-01T00:00:00.000Z' },
  };
  const moved = { kind: 'skill', slug: to, from } as const;
  return [
    {
      ...eventOf(SkillRenamed, tenant, { kind: 'skill', slug: from, to, versions: ['1.0.0'] }),
      revision,
    },
    eventOf(SkillMovedIn, tenant, { ...moved, versions: [version], channels: [] }),
  ];
};

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
