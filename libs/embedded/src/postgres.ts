import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { exists, readIfThere } from './files';
import type { Guard } from './guard';
import { launch, type PartPlan, type RunningPart } from './part';
import { openPostgresHome, type PostgresHome } from './postgres-home';
import { platformPackage, usableBinaries } from './postgres-native';
import { awaitEndOfEarlier } from './process-facts';

const run = promisify(execFile);

/** What `startPostgres` needs. */
export interface PostgresOptions {
  readonly dataDir: string;
  readonly port: number;
  /** `durable` (the default) keeps every commit; `throw-away` gives that up for speed, for tests. */
  readonly tuning?: 'durable' | 'throw-away';
  readonly guard?: Guard;
}

/**
 * Starts the embedded Postgres on 127.0.0.1, after making its data folder if there is none. `url` is the superuser's,
 * with a password kept in `<dataDir>/password`. As root the server runs as user `postgres` or `nobody`, and its data
 * may be elsewhere (see `removePostgresData`). It recovers by itself from a kill -9 of server and launcher.
 *
 * @throws Error with the end of the log when it does not answer within 60 s, or when another process uses the folder
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPart> {
  const { dataDir, port, tuning = 'durable', guard } = options;
  const home = await openPostgresHome(dataDir);
  const bin = await usableBinaries(platformPackage(), home.user);
  if (!(await exists(home.data))) await initialise(home, bin, tuning);
  await passStaleLock(home);
  const url = `postgres://postgres:${home.password}@127.0.0.1:${port}/postgres`;
  return launchAfterOrphans({
    name: 'postgres',
    url,
    command: join(bin, 'postgres'),
    args: ['-D', home.data, ...settings(port, tuning)],
    logFile: join(home.path, 'log'),
    user: home.user,
    guard,
    answers: () => canQuery(url),
    readyWithinMs: 60_000,
  });
}

/** Made beside its final place and renamed, so that a launcher killed half-way leaves nothing that looks complete. */
async function initialise(home: PostgresHome, bin: string, tuning: 'durable' | 'throw-away'): Promise<void> {
  const unfinished = `${home.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const args = [
    ...['-D', unfinished, '-U', 'postgres', `--pwfile=${home.passwordFile}`, '--auth=scram-sha-256'],
    // The built-in locale sorts and folds the same on every machine; libc and ICU do not.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(tuning === 'throw-away' ? ['--no-sync'] : []),
  ];
  await run(join(bin, 'initdb'), args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    ...(home.user ?? {}),
  });
  await rename(unfinished, home.data);
}

function settings(port: number, tuning: 'durable' | 'throw-away'): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(tuning === 'throw-away' ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Postgres refuses to start when its lock file names a live process, even one that got the number of a killed server
 * by chance. Once that process is known to be no server of this folder, our own number, which Postgres ignores in its
 * parent, takes its place. The file stays, because Postgres finds orphaned backends by its other lines.
 */
async function passStaleLock(home: PostgresHome): Promise<void> {
  const lock = join(home.data, 'postmaster.pid');
  await awaitEndOfEarlier(lock, home.data);
  const text = await readIfThere(lock);
  if (text !== undefined) await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
}

/** Backends of a killed server finish what they compute before they notice; until then its memory is in use. */
async function launchAfterOrphans(plan: PartPlan): Promise<RunningPart> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await launch(plan);
    } catch (error) {
      const orphans = error instanceof Error && error.message.includes('pre-existing shared memory block');
      if (!orphans || Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}

async function canQuery(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2000 });
  // A server that goes down while we ask is seen by the rejection below.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
