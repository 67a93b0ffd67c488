import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from '@loam/database';
import { eventually, testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { StreamConflict } from './append';
import { followProjection } from './asynchronous-projection';
import { EventCatalog } from './event-catalog';
import { EventStore } from './event-store';
import { Follower } from './follower';
import { start, type Position } from './position';
import { readSettled } from './read';
import { rebuildFromLog, replayCheck } from './rebuild';
import { relay } from './relay';
import {
  balances,
  Deposited,
  history,
  ledger,
  Ledger1700000000000,
  ledgerEvents,
  Withdrawn,
} from './test-ledger.fixtures';

const catalog = new EventCatalog([Deposited, Withdrawn]);

describe('the event store', () => {
  let server: TestDatabase;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    server = await testDatabase('ledger', 'other');
    database = await server.open('ledger', [Ledger1700000000000]);
    store = new EventStore({ database, catalog, inline: [balances], clock: () => new Date() });
  });
  afterAll(() => server.close());

  const deposit = (tenant: string, stream: string, amount: number) =>
    store.execute(testContext(tenant), {
      ...{ stream, events: ledgerEvents, decider: ledger },
      command: { deposit: { amount } },
    });

  const wholeLog = async (): Promise<{ id: string; stream: string; revision: number }[]> => {
    const found = [];
    let at: Position = start;
    for (;;) {
      const batch = await database.system((tx) => readSettled(tx, catalog, at, 100));
      found.push(...batch.map(({ event }) => event));
      const last = batch.at(-1);
      if (last === undefined) return found;
      at = last.at;
    }
  };

  it('decides on what happened, and refuses what the state forbids', async () => {
    const tenant = randomUUID();
    await deposit(tenant, 'account:1', 10);
    const withdraw = (amount: number) =>
      store.execute(testContext(tenant), {
        ...{ stream: 'account:1', events: ledgerEvents, decider: ledger },
        command: { withdraw: { amount, reason: 'rent' } },
      });
    expect(await withdraw(4)).toMatchObject({
      state: 6,
      events: [{ revision: 1, type: 'ledger.withdrawn' }],
    });
    expect(await withdraw(7)).toMatchObject({ rejected: 'overdrawn' });
  });

  it('lifts events that an earlier release wrote', async () => {
    const tenant = randomUUID();
    await deposit(tenant, 'account:old', 10);
    await server.asSuperuser(
      `INSERT INTO ledger.events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id)
       VALUES ($1, $2, 'account:old', 1, 'ledger.withdrawn', 1, '{"amount": 3}', now(), '{"type":"token","id":"t"}', 'c')`,
      [randomUUID(), tenant],
    );
    const events = await store.transaction(testContext(tenant), (unit) => unit.readStream('account:old'));
    expect(events[1]).toMatchObject({ version: 2, data: { amount: 3, reason: 'unknown' } });
    expect(await deposit(tenant, 'account:old', 1)).toMatchObject({ state: 8 });
    await server.asSuperuser(`DELETE FROM ledger.events WHERE tenant_id = $1`, [tenant]);
    await server.asSuperuser(`DELETE FROM ledger.balances WHERE tenant_id = $1`, [tenant]);
  });

  it('EVT-12 lets one of many appends with the same expected revision win, and tells the others', async () => {
    const tenant = randomUUID();
    const facts = [{ type: Deposited.name, data: { amount: 1 } }];
    const append = () =>
      store.transaction(testContext(tenant), (unit) =>
        unit.append({ stream: 'account:race', expected: -1, facts }),
      );
    const results = await Promise.allSettled(Array.from({ length: 20 }, append));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StreamConflict);
  });

  it('refuses an append that would leave a gap', async () => {
    const facts = [{ type: Deposited.name, data: { amount: 1 } }];
    const append = store.transaction(testContext(), (unit) =>
      unit.append({ stream: 'account:gap', expected: 5, facts }),
    );
    await expect(append).rejects.toBeInstanceOf(StreamConflict);
  });

  it('refuses an append after another write of the same transaction, which could contradict the read order', async () => {
    const context = testContext();
    const append = (inserted: string[]) =>
      store.transaction(context, async (unit) => {
        for (const account of inserted)
          await unit.tx.query('INSERT INTO balances VALUES ($1, $2, 0, 0)', [context.tenant, account]);
        const stream = `account:late-${randomUUID()}`;
        await unit.append({
          ...{ stream, expected: -1 },
          facts: [1, 2, 3].map((amount) => ({ type: Deposited.name, data: { amount } })),
        });
      });
    // Often enough that the connections have planned the statement for good.
    for (let round = 0; round < 40; round += 1) await append([]);
    await expect(append(['x'])).rejects.toThrow('first write');
  });

  it('tells of a conflict, whatever is done behind the append before it is known', async () => {
    const context = testContext();
    const bare = new EventStore({ database, catalog, inline: [], clock: () => new Date() });
    const stream = 'account:behind';
    const facts = [{ type: Deposited.name, data: { amount: 1 } }];
    const append = (then: (tx: Tx) => Promise<unknown>) =>
      bare.transaction(context, async (unit) => {
        await unit.append({ stream, expected: 3, facts });
        await then(unit.tx);
      });
    await expect(append(async () => undefined)).rejects.toBeInstanceOf(StreamConflict);
    await expect(append((tx) => tx.query('SELECT 1'))).rejects.toBeInstanceOf(StreamConflict);
  });

  it('wakes who follows the log after the commit, once for many appends', async () => {
    const tenant = randomUUID();
    const seen: number[] = [];
    const follower = new Follower({
      ...{ database, catalog, name: 'wakeful', batchSize: 500, pollMs: 60_000, onError: () => undefined },
      handle: async (batch) => {
        for (const { event } of batch) if (event.tenant === tenant) seen.push(event.revision);
      },
    });
    follower.start();
    for (let amount = 1; amount <= 100; amount += 1) await deposit(tenant, 'account:w', amount);
    await eventually(() => expect(seen).toHaveLength(100));
    await follower.stop();
  });

  it('repeats the decision when another writer was quicker, so that no deposit is lost', async () => {
    const tenant = randomUUID();
    for (let round = 0; round < 10; round += 1)
      await Promise.all([
        deposit(tenant, 'account:busy', 1),
        deposit(tenant, 'account:busy', 1),
        deposit(tenant, 'account:busy', 1),
      ]);
    const rows = await server.asSuperuser<{ balance: number; revision: number }>(
      'SELECT balance, revision FROM ledger.balances WHERE tenant_id = $1',
      [tenant],
    );
    expect(rows).toEqual([{ balance: 30, revision: 29 }]);
  });

  it('EVT-01 never skips an event while writers commit late, roll back and race, and keeps every stream in order', async () => {
    const tenant = randomUUID();
    const expected = new Set<string>();
    const writer = async (number: number): Promise<void> => {
      for (let round = 0; round < 6; round += 1) {
        const stream = `account:${String(number % 5)}-${String(round)}`;
        await store
          .transaction(testContext(tenant), async (unit) => {
            const before = await unit.readStream(stream);
            const events = await unit.append({
              stream,
              expected: before.length - 1,
              facts: [{ type: Deposited.name, data: { amount: 1 } }],
            });
            await delay((number * 7 + round * 3) % 13);
            if ((number + round) % 4 === 0) throw new Error('rolled back');
            for (const event of events) unit.afterCommit(() => expected.add(event.id));
          })
          .catch(() => undefined);
      }
    };
    const seen: string[] = [];
    let writing = true;
    const reader = async (): Promise<void> => {
      let at: Position = start;
      for (;;) {
        const over = !writing;
        const batch = await database.system((tx) => readSettled(tx, catalog, at, 7));
        seen.push(...batch.filter(({ event }) => event.tenant === tenant).map(({ event }) => event.id));
        at = batch.at(-1)?.at ?? at;
        if (over && batch.length === 0) return;
      }
    };
    const reading = reader();
    await Promise.all(Array.from({ length: 50 }, (_, number) => writer(number)));
    writing = false;
    await reading;
    expect(new Set(seen)).toEqual(expected);
    expect(seen).toHaveLength(expected.size);

    const next = new Map<string, number>();
    for (const { stream, revision } of (await wholeLog()).filter(({ id }) => expected.has(id))) {
      expect(revision).toBe(next.get(stream) ?? 0);
      next.set(stream, revision + 1);
    }
  });

  it('keeps the rows of a tenant from every other one, and shows none without a tenant', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    await deposit(mine, 'account:a', 1);
    await deposit(theirs, 'account:a', 1);
    const count = 'SELECT count(*)::int AS n FROM balances';
    expect(await database.tenant(mine, (tx) => tx.query(count))).toEqual([{ n: 1 }]);
    expect(await database.tenantless((tx) => tx.query(count))).toEqual([{ n: 0 }]);
    const foreign = database.tenant(mine, (tx) =>
      tx.query("INSERT INTO balances VALUES ($1, 'forged', 9, 0)", [theirs]),
    );
    await expect(foreign).rejects.toThrow('row-level security');
  });

  it('keeps the log from being changed, even by its own service', async () => {
    const tenant = randomUUID();
    await deposit(tenant, 'account:a', 1);
    for (const sql of ['UPDATE events SET revision = 9', 'DELETE FROM events', 'TRUNCATE events'])
      await expect(database.tenant(tenant, (tx) => tx.query(sql))).rejects.toThrow('permission denied');
  });

  it('lets no service read the tables of another', async () => {
    const stranger = await server.open('other', []);
    await expect(stranger.tenantless((tx) => tx.query('SELECT * FROM ledger.events'))).rejects.toThrow(
      'permission denied',
    );
    await expect(stranger.system((tx) => tx.query('SELECT * FROM ledger.balances'))).rejects.toThrow(
      'permission denied',
    );
  });

  it('brings a projection up to date behind the log, once per event, by one follower of several', async () => {
    const tenant = randomUUID();
    const options = { database, catalog, pollMs: 50, onError: () => undefined };
    const followers = [followProjection(history, options), followProjection(history, options)];
    for (const follower of followers) follower.start();
    for (let amount = 1; amount <= 20; amount += 1) await deposit(tenant, 'account:h', amount);
    const rows = await eventually(async () => {
      const found = await server.asSuperuser<{ revision: number }>(
        'SELECT revision FROM ledger.history WHERE tenant_id = $1 ORDER BY seen',
        [tenant],
      );
      expect(found).toHaveLength(20);
      return found;
    });
    expect(rows.map((row) => row.revision)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    for (const follower of followers) await follower.stop();
  });

  it('EVT-04 publishes in order while leads change hands, and everything at least once', async () => {
    const tenant = randomUUID();
    const published: number[] = [];
    const publisher = (failsOnceAt: number) => {
      const failed = new Set<number>();
      return {
        publishes: () => true,
        begin: async () => undefined,
        isStale: () => false,
        publish: async (events: readonly { tenant: string; revision: number }[]) => {
          for (const event of events.filter((one) => one.tenant === tenant)) {
            if (event.revision === failsOnceAt && !failed.has(failsOnceAt)) {
              failed.add(failsOnceAt);
              throw new Error('the broker is away');
            }
            published.push(event.revision);
          }
        },
      };
    };
    const options = { database, catalog, pollMs: 20, onError: () => undefined };
    const relays = [3, 9].map((failsAt) => relay({ ...options, publisher: publisher(failsAt) }));
    for (const one of relays) one.start();
    for (let amount = 1; amount <= 15; amount += 1) await deposit(tenant, 'account:r', amount);
    await relays[0]?.stop();
    for (let amount = 1; amount <= 5; amount += 1) await deposit(tenant, 'account:r', amount);
    await eventually(() => {
      expect(new Set(published).size).toBe(20);
    });
    await relays[1]?.stop();
    // A batch may be repeated from its start, but nothing is ever published before what precedes it.
    const firsts = [...new Set(published)];
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
  });

  describe('the replay check', () => {
    const check = () => replayCheck(database, [rebuildFromLog(catalog, [balances])], () => undefined);

    it('finds no difference between live tables and those rebuilt from the log', async () => {
      await deposit(randomUUID(), 'account:c', 5);
      const report = await check();
      expect(report).toMatchObject({ differing: 0, differences: [] });
      expect(report.tables[0]?.rows).toBeGreaterThan(0);
    });

    it('reports each row that was changed, removed or added, by its key', async () => {
      const [changed, removed, added] = [randomUUID(), randomUUID(), randomUUID()];
      await deposit(changed, 'account:c', 5);
      await deposit(removed, 'account:c', 5);
      await server.asSuperuser('UPDATE ledger.balances SET balance = 6 WHERE tenant_id = $1', [changed]);
      await server.asSuperuser('DELETE FROM ledger.balances WHERE tenant_id = $1', [removed]);
      await server.asSuperuser("INSERT INTO ledger.balances VALUES ($1, 'account:c', 5, 0)", [added]);
      const report = await check();
      const entry = (tenant: string) => ({
        table: 'balances',
        key: { tenant_id: tenant, account: 'account:c' },
      });
      expect(report.differing).toBe(3);
      expect(report.differences).toEqual(
        expect.arrayContaining([
          { ...entry(changed), difference: 'different', columns: ['balance'] },
          { ...entry(removed), difference: 'missing', columns: [] },
          { ...entry(added), difference: 'unexpected', columns: [] },
        ]),
      );
    });
  });
});
