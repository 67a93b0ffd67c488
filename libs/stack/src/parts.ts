import { join } from 'node:path';
import {
  findBinary,
  freePort,
  startNats,
  startPostgres,
  startRedis,
  type BinaryName,
  type Guard,
  type RunningPart,
} from '@loam/embedded';
import type { Crew } from './crew';
import { step, type Progress } from './progress';
import type { Environment } from './service-environment';
import type { Supervised } from './supervised';

/** Of Postgres, NATS and Redis, those that the stack runs itself. */
export type PartName = 'postgres' | 'nats' | 'redis';

/** Which variable replaces an embedded part by a server that is there already. */
const variables = { postgres: 'DATABASE_URL', nats: 'NATS_URL', redis: 'REDIS_URL' } as const;
const titles = { postgres: 'Postgres', nats: 'NATS', redis: 'Redis' } as const;

export interface PartOptions {
  readonly home: string;
  readonly environment: Environment;
  readonly tuning?: 'durable' | 'throw-away';
  readonly progress?: Progress;
}

/** Where clients connect, and the server if it is ours. */
export interface Part {
  readonly url: string;
  readonly server: Supervised | undefined;
}

/** The server that the environment names, else an embedded one, whose URL stays the same when it is started again. */
export async function startPart(name: PartName, crew: Crew, options: PartOptions): Promise<Part> {
  const given = options.environment[variables[name]];
  if (given !== undefined && given !== '') return { url: given, server: undefined };
  const folder = join(options.home, name);
  const launcher = { ...options, guard: crew.guard, folder, port: await freePort() };
  const server = crew.supervise('part', {
    name: titles[name],
    logFile: join(folder, 'log'),
    launch: () => launchers[name](launcher),
  });
  await step(options.progress, `Starting ${titles[name]}`, () => server.start());
  if (server.current === undefined) throw new Error(`${titles[name]} has ended as soon as it was started.`);
  return { url: server.current.url, server };
}

interface LaunchOptions extends PartOptions {
  readonly guard: Guard;
  readonly folder: string;
  readonly port: number;
}

const obtain = (name: BinaryName, { progress }: LaunchOptions): Promise<string> =>
  findBinary(name, progress === undefined ? {} : { progress });

const launchers: Readonly<Record<PartName, (options: LaunchOptions) => Promise<RunningPart>>> = {
  postgres: ({ folder, port, guard, tuning = 'durable' }) =>
    startPostgres({ dataDir: folder, port, tuning, guard }),
  nats: async (options) => {
    const { folder, port, guard } = options;
    return startNats({ storeDir: folder, port, bin: await obtain('nats-server', options), guard });
  },
  redis: async (options) => {
    const { folder, port, guard } = options;
    const bin = await obtain('redis-server', options);
    return startRedis({ dataDir: folder, port, bin, persistence: 'append-only', guard });
  },
};
