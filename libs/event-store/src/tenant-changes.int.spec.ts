import { randomUUID } from 'node:crypto';
import type { Database } from '@loam/database';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { EventCatalog } from './event-catalog';
import { EventStore } from './event-store';
import { presentPlace, readTenantSince, type Place } from './tenant-changes';
import { Deposited, Ledger1700000000000, ledger, ledgerEvents, Withdrawn } from './test-ledger.fixtures';

const catalog = new EventCatalog([Deposited, Withdrawn]);

describe('the changes of one tenant', () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    server = await testDatabase('ledger');
    database = await server.open('ledger', [Ledger1700000000000]);
    store = new EventStore({ database, catalog, inline: [], clock: () => new Date() });
  });
  afterAll(() => server.close());

  const deposit = (tenant: string, stream: string) =>
    store.execute(testContext(tenant), {
      ...{ stream, events: ledgerEvents, decider: ledger },
      command: { deposit: { amount: 1 } },
    });
  const present = (tenant: string) => database.tenant(tenant, presentPlace);
  const since = async (tenant: string, place: Place) => {
    const changes = await database.tenant(tenant, (tx) => readTenantSince(tx, catalog, place, 100));
    if (changes === undefined) throw new Error('more than 100 changes');
    return { streams: changes.events.map(({ stream }) => stream), place: changes.place };
  };

  it('are what was committed since, each once and of no other tenant', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()];
    await deposit(tenant, 'before');
    let place = await present(tenant);
    await deposit(tenant, 'a');
    await deposit(other, 'foreign');
    await deposit(tenant, 'b');
    const first = await since(tenant, place);
    expect(first.streams.filter((stream) => stream !== 'before')).toEqual(['a', 'b']);
    place = first.place;
    expect(await since(tenant, place)).toEqual({ streams: [], place });
    await deposit(tenant, 'c');
    expect((await since(tenant, place)).streams).toEqual(['c']);
  });

  it('are seen at once beside a transaction that still runs, and that one once it commits', async () => {
    const tenant = randomUUID();
    let place = await present(tenant);
    let commit = (): void => undefined;
    const released = new Promise<void>((resolve) => (commit = resolve));
    let started = (): void => undefined;
    const appended = new Promise<void>((resolve) => (started = resolve));
    const slow = store.transaction(testContext(tenant), async (unit) => {
      const facts = [{ type: Deposited.name, data: { amount: 1 } }];
      await unit.append({ stream: 'slow', expected: -1, facts });
      started();
      await released;
    });
    await appended;
    for (const stream of ['quick-1', 'quick-2']) {
      await deposit(tenant, stream);
      const changes = await since(tenant, place);
      expect(changes.streams).toEqual([stream]);
      place = changes.place;
    }
    commit();
    await slow;
    const late = await since(tenant, place);
    expect(late.streams).toEqual(['slow']);
    await deposit(tenant, 'after');
    expect((await since(tenant, late.place)).streams).toEqual(['after']);
  });

  it('never skip or repeat an event while writers race and roll back', async () => {
    const tenant = randomUUID();
    let place = await present(tenant);
    const committed: string[] = [];
    const read: string[] = [];
    const writer = async (number: number): Promise<void> => {
      for (let round = 0; round < 20; round += 1) {
        const stream = `race-${String(number)}-${String(round)}`;
        await store
          .transaction(testContext(tenant), async (unit) => {
            const facts = [{ type: Deposited.name, data: { amount: 1 } }];
            await unit.append({ stream, expected: -1, facts });
            await unit.tx.query('SELECT pg_sleep($1)', [((number * 7 + round) % 5) / 1000]);
            if ((number + round) % 4 === 0) throw new Error('rolled back');
            unit.afterCommit(() => committed.push(stream));
          })
          .catch(() => undefined);
      }
    };
    const catchUp = async (): Promise<void> => {
      const changes = await since(tenant, place);
      read.push(...changes.streams);
      place = changes.place;
    };
    let writing = true;
    const writers = Promise.all([1, 2, 3, 4].map(writer)).finally(() => (writing = false));
    while (writing) await catchUp();
    await writers;
    await catchUp();
    expect([...read].sort()).toEqual([...committed].sort());
    expect(committed.length).toBeGreaterThan(40);
  });

  it('are refused when there are more than asked for', async () => {
    const tenant = randomUUID();
    const place = await present(tenant);
    for (const stream of ['1', '2', '3']) await deposit(tenant, stream);
    const changes = await database.tenant(tenant, (tx) => readTenantSince(tx, catalog, place, 2));
    expect(changes).toBeUndefined();
  });

  it('are found by index however much other tenants have written', async () => {
    const tenant = randomUUID();
    const plan = await database.tenant(tenant, async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      await tx.query('SET LOCAL enable_bitmapscan = off');
      return tx.query<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN SELECT id FROM events AS log WHERE tenant_id = current_setting('loam.tenant')::uuid
         AND transaction_id >= '5'::xid8 ORDER BY log.transaction_id, log.position`,
      );
    });
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
      /events_of_tenant[\s\S]*Index Cond:.*tenant_id.*transaction_id >=/,
    );
  });
});
