import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStack } from '@loam/stack';
import { rememberStack } from './stack-of-this-run';

const ROOT = join(__dirname, '../../..');

/** Builds, and starts one throw-away Loam for all files that need none of their own; each makes tenants of its own. */
async function globalSetup(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'tools/build.mjs')]);
  const home = await mkdtemp(join(tmpdir(), 'loam-e2e-'));
  // As root, Postgres runs as another user.
  await chmod(home, 0o755);
  const stack = await startStack({
    home,
    gatewayPort: 0,
    distribution: join(ROOT, 'dist'),
    tuning: 'throw-away',
    // What ends by itself fails the tests.
    restart: false,
    environment: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LOG_LEVEL: 'warn',
      LOAM_USAGE_PUBLISH_MS: '200',
      LOAM_HIVE_TENANTS: 'open-hive',
      // The servers of tests.
      LOAM_FETCH_ALLOW: '127.0.0.1',
      LOAM_PLAN_REFRESH_SECONDS: '1',
      LOAM_RESCAN_SECONDS: '1',
    },
  });
  rememberStack({ stack, home });
  process.env['LOAM_TEST_STACK'] = JSON.stringify({
    ...{ url: stack.url, token: stack.token, home },
    postgres: stack.parts.postgres?.current?.url,
  });
}

// Jest takes what the module itself is.
export = globalSetup;
