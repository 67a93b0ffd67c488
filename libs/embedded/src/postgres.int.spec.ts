import { spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port';
import type { RunningPart } from './part';
import { startPostgres, type PostgresOptions } from './postgres';
import { removePostgresData } from './postgres-home';
import { isRunning } from './process-facts';

jest.setTimeout(60_000);

let dataDir: string;
const started: RunningPart[] = [];

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'loam-pg-')), 'postgres');
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((part) => part.stop()));
  await removePostgresData(dataDir);
  await rm(join(dataDir, '..'), { recursive: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPart> {
  const part = await startPostgres({ dataDir, port: await freePort(), tuning: 'throw-away', ...options });
  started.push(part);
  return part;
}

async function query(part: RunningPart, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: part.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>({ text: sql });
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

it('starts in a folder that only the present user can enter, and keeps its data over a restart', async () => {
  const first = await start();
  await query(first, `create table kept as select 'ä' as word`);
  await first.stop();
  expect(await isRunning(first.pid)).toBe(false);
  expect(await query(await start(), 'select word from kept')).toEqual(['ä']);
});

it('is durable by default, speaks UTF-8, and knows the extensions that search needs', async () => {
  const part = await start({ tuning: 'durable' });
  const shown = [
    'fsync',
    'synchronous_commit',
    'server_encoding',
    'listen_addresses',
    'unix_socket_directories',
  ];
  const values = await Promise.all(shown.map((name) => query(part, `show ${name}`)));
  expect(values.flat()).toEqual(['on', 'on', 'UTF8', '127.0.0.1', '']);
  expect(await query(part, `select lower('ÄÖ')`)).toEqual(['äö']);
  await query(part, 'create extension pg_trgm');
  await query(part, 'create extension unaccent');
});

it('lets nobody in without the password', async () => {
  const part = await start();
  const client = new Client({ connectionString: part.url.replace(/:[0-9a-f]+@/, ':wrong@') });
  await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
});

it('recovers from kill -9 while a backend is still busy, and keeps what was committed', async () => {
  const first = await start({ tuning: 'durable' });
  await query(first, 'create table kept as select 1 as one');
  const busy = query(first, 'select count(*) from generate_series(1, 5000000)').catch(() => 'cut off');
  const running = `select count(*)::int from pg_stat_activity where query like '%5000000)' and state = 'active'`;
  while ((await query(first, running))[0] !== 1);
  const ended = new Promise((resolve) => first.onExit(resolve));
  process.kill(first.pid, 'SIGKILL');
  expect(await ended).toBe('signal SIGKILL');
  expect(await query(await start(), 'select one from kept')).toEqual([1]);
  await busy;
});

it('starts when the number of a killed server belongs to another process now', async () => {
  const first = await start();
  const lock = join(dataDir, 'data', 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  const { uid, gid } = await stat(lock);
  await first.stop();
  // As the server's user: Postgres takes no notice of other users' processes.
  const other = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
  await writeFile(lock, text.replace(/^\d+/, String(other.pid)));
  await chown(lock, uid, gid);
  try {
    expect(await query(await start(), 'select 1')).toEqual([1]);
  } finally {
    other.kill('SIGKILL');
  }
});

it('says why it did not start', async () => {
  const first = await start();
  const port = Number(new URL(first.url).port);
  const second = join(dataDir, '..', 'second');
  await expect(startPostgres({ dataDir: second, port, tuning: 'throw-away' })).rejects.toThrow(
    /postgres did not start: exit code 1[^]*Address already in use/,
  );
  await removePostgresData(second);
});
