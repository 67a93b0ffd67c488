import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, freePort, startGuard, startPostgres } from '@loam/embedded';
import { rememberStack } from './stack-of-this-run';

/** Starts one throw-away Postgres for the whole test run; each test file makes databases of its own on it. */
async function globalSetup(): Promise<void> {
  const guard = await startGuard();
  const dataDir = join(await mkdtemp(join(tmpdir(), 'loam-test-')), 'postgres');
  const [postgres] = await Promise.all([
    startPostgres({ dataDir, port: await freePort(), tuning: 'throw-away', guard }),
    // Obtained once here, so that test files do not all try at the same time.
    findBinary('nats-server').then(() => findBinary('redis-server')),
  ]);
  process.env['LOAM_TEST_POSTGRES'] = postgres.url;
  rememberStack({ postgres, guard, dataDir });
}

// Jest takes what the module itself is.
export = globalSetup;
