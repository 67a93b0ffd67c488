import { randomUUID } from 'node:crypto';
import type { Database } from '@loam/database';
import { eventually, testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { StreamConflict } from './append';
import { EventCatalog } from './event-catalog';
import { EventStore } from './event-store';
import { start } from './position';
import { followLog } from './reaction';
import { hasHistory, readTenantLog, type StoredEvent } from './tenant-log';
import {
  balances,
  Deposited,
  Ledger1700000000000,
  ledger,
  ledgerEvents,
  Withdrawn,
} from './test-ledger.fixtures';

const catalog = new EventCatalog([Deposited, Withdrawn]);

describe("one tenant's log", () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    server = await testDatabase('ledger');
    database = await server.open('ledger', [Ledger1700000000000]);
    store = new EventStore({ database, catalog, inline: [balances], clock: () => new Date() });
  });
  afterAll(() => server.close());

  const deposit = (tenant: string, stream: string) =>
    store.execute(testContext(tenant), {
      ...{ stream, events: ledgerEvents, decider: ledger },
      command: { deposit: { amount: 1 } },
    });
  const read = (tenant: string) =>
    eventually(async () => {
      const found = await database.tenant(tenant, (tx) => readTenantLog(tx, start, 100));
      expect(found.length).toBeGreaterThan(0);
      return found.map(({ event }) => event);
    });
  /** The same history as it would come from another instance, where its tenant has another id here. */
  const asOf = (tenant: string, events: readonly StoredEvent[]) =>
    events.map((event) => ({ ...event, id: randomUUID(), tenant }));

  it('is restored as it was written, with its tables, into a tenant without a history', async () => {
    const [from, to] = [randomUUID(), randomUUID()];
    for (const stream of ['a', 'b', 'a']) await deposit(from, stream);
    const events = asOf(to, await read(from));
    expect(await database.tenant(to, hasHistory)).toBe(false);
    await store.transaction(testContext(to), async (unit) => {
      await unit.restore(events.slice(0, 1));
      await unit.restore(events.slice(1));
    });
    expect(await read(to)).toEqual(events);
    expect(await database.tenant(to, hasHistory)).toBe(true);
    await deposit(to, 'a');
    expect((await read(to)).map(({ stream, revision }) => [stream, revision])).toEqual([
      ...[
        ['a', 0],
        ['b', 0],
        ['a', 1],
      ],
      ['a', 2],
    ]);
    const again = store.transaction(testContext(to), (unit) => unit.restore(events));
    await expect(again).rejects.toThrow(StreamConflict);
  });

  it('is followed for what is owed, each event once and in order, across a new follower', async () => {
    const tenant = randomUUID();
    const told: string[] = [];
    const follow = () =>
      followLog({
        ...{ store, name: 'owing', pollMs: 50, onError: () => undefined },
        react: async (unit, events) => {
          expect(unit.context).toMatchObject({ tenant: events[0]?.tenant, causationId: events.at(-1)?.id });
          told.push(...events.filter((event) => event.tenant === tenant).map(({ stream }) => stream));
        },
      });
    const streams = ['x', 'y', 'x', 'z'];
    for (const [index, stream] of streams.entries()) {
      const follower = follow();
      follower.start();
      await deposit(tenant, stream);
      await eventually(() => {
        expect(told).toEqual(streams.slice(0, index + 1));
      });
      await follower.stop();
    }
  });
});
