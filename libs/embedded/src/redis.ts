import { randomBytes } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './files';
import { firstReply } from './first-reply';
import type { Guard } from './guard';
import { launch, type RunningPart } from './part';
import { awaitEndOfEarlier } from './process-facts';

/** What `startRedis` needs; `bin` is the path that `findBinary('redis-server')` gave. */
export interface RedisOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly bin: string;
  /** `append-only` survives a restart and loses at most the last second when killed; `none` keeps nothing. */
  readonly persistence: 'append-only' | 'none';
  readonly guard?: Guard;
}

/**
 * Starts redis-server on 127.0.0.1 with a password that is kept in `<dataDir>/password`
 * and part of the `url`. It never evicts a
 * key, because queues live in it.
 *
 * @throws Error with the end of the log when it does not answer within 15 s
 */
export async function startRedis({
  dataDir,
  port,
  bin,
  persistence,
  guard,
}: RedisOptions): Promise<RunningPart> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const home = await realpath(dataDir);
  const configFile = join(home, 'redis.conf');
  const pidFile = join(home, 'redis.pid');
  await awaitEndOfEarlier(pidFile, configFile);
  const passwordFile = join(home, 'password');
  const password = (await readIfThere(passwordFile))?.trim() ?? (await makePassword(passwordFile));
  await writeFile(configFile, config({ home, port, pidFile, password, persistence }), { mode: 0o600 });
  return launch({
    name: 'redis',
    url: `redis://:${password}@127.0.0.1:${port}`,
    command: bin,
    args: [configFile],
    logFile: join(home, 'log'),
    guard,
    // The password tells our server from another one that took the port first.
    answers: async () => (await firstReply(port, `AUTH ${password}\r\n`)) === '+OK',
    readyWithinMs: 15_000,
  });
}

async function makePassword(file: string): Promise<string> {
  const password = randomBytes(16).toString('hex');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

interface ConfigValues {
  readonly home: string;
  readonly port: number;
  readonly pidFile: string;
  readonly password: string;
  readonly persistence: RedisOptions['persistence'];
}

function config({ home, port, pidFile, password, persistence }: ConfigValues): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${JSON.stringify(home)}`,
    `pidfile ${JSON.stringify(pidFile)}`,
    `requirepass ${password}`,
    'maxmemory-policy noeviction',
    `appendonly ${persistence === 'append-only' ? 'yes' : 'no'}`,
    'save ""',
    // The command line has to keep the path of this file, by which a later launcher recognises the process.
    'set-proc-title no',
  ];
  return `${lines.join('\n')}\n`;
}
