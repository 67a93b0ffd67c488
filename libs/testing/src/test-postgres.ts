import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, removePostgresData, startPostgres } from '@loam/embedded';
import type { TestPart } from './test-parts';

/** A Postgres server, with nothing in it, for a test that takes it away; others share the run's (`testDatabase`). */
export async function testPostgres(): Promise<TestPart> {
  const folder = join(tmpdir(), `loam-test-postgres-${randomUUID()}`);
  const options = { dataDir: folder, port: await freePort(), tuning: 'throw-away' } as const;
  let running = await startPostgres(options);
  const { url } = running;
  return {
    url,
    folder,
    stop: () => running.stop(),
    start: async () => {
      running = await startPostgres(options);
    },
    close: async () => {
      await running.stop();
      await removePostgresData(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
