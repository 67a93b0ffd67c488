import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, freePort, startNats, startRedis, type RunningPart } from '@loam/embedded';

/** A server that one test file has for itself and may stop and start again, on the same port and data. */
export interface TestPart {
  readonly url: string;
  /** Where it keeps its data, for a test that spoils them while it is stopped. */
  readonly folder: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it for good and removes its data. */
  close(): Promise<void>;
}

async function testPart(
  name: string,
  launch: (folder: string, port: number) => Promise<RunningPart>,
): Promise<TestPart> {
  const folder = await mkdtemp(join(tmpdir(), `loam-test-${name}-`));
  const port = await freePort();
  let running: RunningPart | undefined = await launch(folder, port);
  const { url } = running;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  return {
    url,
    folder,
    stop,
    start: async () => {
      running ??= await launch(folder, port);
    },
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A NATS server with JetStream for one test file. */
export const testBroker = (): Promise<TestPart> =>
  testPart('nats', async (storeDir, port) =>
    startNats({ storeDir, port, bin: await findBinary('nats-server') }),
  );

/** A Redis server for one test file. */
export const testRedis = (): Promise<TestPart> =>
  testPart('redis', async (dataDir, port) =>
    startRedis({ dataDir, port, bin: await findBinary('redis-server'), persistence: 'none' }),
  );
