import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { testDatabase, type TestDatabase } from '@loam/testing';
import { Database } from './database';
import { isOutage } from './outage';

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
};

/** A server that lets everybody in and in the same breath says that it goes down. */
async function dyingServer() {
  const greeting = Buffer.concat([
    message('R', Buffer.alloc(4)),
    message('Z', Buffer.from('I')),
    message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')),
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(greeting));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const isAddress = (given: unknown): given is AddressInfo => typeof given === 'object' && given !== null;
  if (!isAddress(address)) throw new Error('the server has no port');
  return { url: `postgres://user:secret@127.0.0.1:${address.port}/loam`, close: () => server.close() };
}

describe('a server that goes down', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase('registry');
  });
  afterAll(() => database.close());

  it('at the very moment of a new connection is an outage, and no exception that nobody catches', async () => {
    const server = await dyingServer();
    const opening = Database.open({
      ...{ url: server.url, systemUrl: server.url, schema: 'x', applicationName: 'test', poolSize: 1 },
    });
    const error: unknown = await opening.then(
      () => undefined,
      (problem: unknown) => problem,
    );
    server.close();
    expect(isOutage(error)).toBe(true);
  });

  it('in the middle of a transaction is an outage to all that the transaction still asks', async () => {
    const open = await database.open('registry', []);
    const errors: unknown[] = [];
    const whole = open.tenantless(async (tx) => {
      for (const sql of ['SELECT pg_terminate_backend(pg_backend_pid())', 'SELECT 1', 'SELECT 2'])
        await tx.query(sql).catch((error: unknown) => errors.push(error));
    });
    await whole.catch((error: unknown) => errors.push(error));
    expect(errors).toHaveLength(4);
    expect(errors.filter((error) => !isOutage(error))).toEqual([]);
  });
});
