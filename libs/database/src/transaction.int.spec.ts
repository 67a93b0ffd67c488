import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@loam/testing';
import type { Database } from './database';

describe('a transaction', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await testDatabase('registry');
    database = await server.open('registry', []);
    await server.asSuperuser(
      'CREATE TABLE registry.numbers (number int PRIMARY KEY); GRANT ALL ON registry.numbers TO PUBLIC',
    );
  });
  afterAll(() => server.close());

  const insert = 'INSERT INTO numbers VALUES ($1)';
  const held = () => database.tenantless((tx) => tx.query('SELECT number FROM numbers ORDER BY number'));

  it('commits what was asked without waiting for the answer', async () => {
    await database.tenant(randomUUID(), async (tx) => {
      void tx.query(insert, [1]);
      void tx.query(insert, [2]);
    });
    expect(await held()).toEqual(expect.arrayContaining([{ number: 1 }, { number: 2 }]));
  });

  it('fails wholly, and as the first of its statements did, where nobody waited for that one', async () => {
    const before = await held();
    const last = database.tenant(randomUUID(), async (tx) => {
      void tx.query(insert, [11]);
      void tx.query(insert, [11]);
    });
    await expect(last).rejects.toMatchObject({ code: '23505' });
    const first = database.tenant(randomUUID(), async (tx) => {
      void tx.query(insert, [12]);
      void tx.query(insert, [12]);
      void tx.query(insert, [13]);
      await tx.query(insert, [14]);
    });
    await expect(first).rejects.toMatchObject({ code: '23505' });
    expect(await held()).toEqual(before);
  });

  it('does not pass for committed where the failure of a statement was caught', async () => {
    const swallowed = database.tenant(randomUUID(), async (tx) => {
      await tx.query(insert, [21]);
      await tx.query(insert, [21]).catch(() => undefined);
      await tx.query('SELECT 1').catch(() => undefined);
    });
    await expect(swallowed).rejects.toMatchObject({ code: '23505' });
    expect(await held()).not.toContainEqual({ number: 21 });
  });
});
