import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { findBinary } from './find-binary';
import { freePort } from './free-port';
import { startNats } from './nats';
import type { RunningPart } from './part';

jest.setTimeout(120_000);

let storeDir: string;
let bin: string;
const started: RunningPart[] = [];

beforeAll(async () => {
  bin = await findBinary('nats-server');
});

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'loam "nats" '));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((part) => part.stop()));
  await rm(storeDir, { recursive: true });
});

async function start(): Promise<RunningPart> {
  const part = await startNats({ storeDir, port: await freePort(), bin });
  started.push(part);
  return part;
}

it('keeps JetStream messages over a restart', async () => {
  const first = await start();
  const writer = await connect({ servers: first.url });
  await (await writer.jetstreamManager()).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
  await writer.jetstream().publish('kept.one', new Uint8Array(2_000_000));
  await writer.drain();
  await first.stop();
  const reader = await connect({ servers: (await start()).url });
  const message = await (await reader.jetstreamManager()).streams.getMessage('KEPT', { seq: 1 });
  expect([message.subject, message.data.length]).toEqual(['kept.one', 2_000_000]);
  await reader.close();
});

it('says why it did not start when another server has the port', async () => {
  const first = await start();
  const port = Number(new URL(first.url).port);
  await expect(startNats({ storeDir: join(storeDir, 'second'), port, bin })).rejects.toThrow(
    /nats did not start: exit code 1[^]*address already in use/,
  );
});

it('notices at once when the server ends at once', async () => {
  const port = await freePort();
  const starts = Array.from({ length: 20 }, (_, number) =>
    startNats({ storeDir: join(storeDir, String(number)), port, bin: '/usr/bin/false' }),
  );
  const began = Date.now();
  const outcomes = await Promise.allSettled(starts);
  expect(outcomes.map(({ status }) => status)).toEqual(Array<string>(20).fill('rejected'));
  expect(Date.now() - began).toBeLessThan(10_000);
});
