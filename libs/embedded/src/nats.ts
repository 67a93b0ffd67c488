import { randomBytes } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstReply } from './first-reply';
import type { Guard } from './guard';
import { launch, type RunningPart } from './part';
import { awaitEndOfEarlier } from './process-facts';

/** What `startNats` needs; `bin` is the path that `findBinary('nats-server')` gave. */
export interface NatsOptions {
  readonly storeDir: string;
  readonly port: number;
  readonly bin: string;
  readonly guard?: Guard;
}

/**
 * Starts nats-server with JetStream on 127.0.0.1 and keeps its store, configuration and log under `storeDir`. Messages
 * may have up to 8 MiB; there is no monitoring port.
 *
 * @throws Error with the end of the log when it does not answer within 15 s
 */
export async function startNats({ storeDir, port, bin, guard }: NatsOptions): Promise<RunningPart> {
  await mkdir(storeDir, { recursive: true, mode: 0o700 });
  const home = await realpath(storeDir);
  const configFile = join(home, 'nats.conf');
  const pidFile = join(home, 'nats.pid');
  await awaitEndOfEarlier(pidFile, configFile);
  // In the greeting, this name tells our server from another one that took the port first.
  const serverName = `loam-${randomBytes(8).toString('hex')}`;
  const config = {
    listen: `127.0.0.1:${port}`,
    server_name: serverName,
    pid_file: pidFile,
    max_payload: 8 * 1024 * 1024,
    jetstream: { store_dir: join(home, 'store') },
  };
  // JSON is a subset of the configuration language of nats-server.
  await writeFile(configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  return launch({
    name: 'nats',
    url: `nats://127.0.0.1:${port}`,
    command: bin,
    args: ['-c', configFile],
    logFile: join(home, 'log'),
    guard,
    answers: async () => (await firstReply(port, '')).includes(`"server_name":"${serverName}"`),
    readyWithinMs: 15_000,
  });
}
