import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ServiceName } from '@loam/contracts/operations';
import { freePort } from '@loam/embedded';
import { Crew } from './crew';
import { awaitFreePort } from './gateway-port';
import { takeLock } from './lock';
import { startPart, type PartName } from './parts';
import { step, type Progress } from './progress';
import { prepareSchemas } from './schemas';
import { openSecrets, type Secrets } from './secrets';
import { environmentOf, TENANT, type Environment } from './service-environment';
import { superviseServices } from './service-processes';
import type { Supervised } from './supervised';

/** What a stack is started with. */
export interface StackOptions {
  /** The folder of everything that it keeps. */
  readonly home: string;
  /** 0: any free one, the same for the life of the stack. */
  readonly gatewayPort: number;
  /** Where DATABASE_URL, NATS_URL, REDIS_URL and others are looked up, and what services inherit some variables from. */
  readonly environment: Environment;
  /** Variables of single services, above all others. */
  readonly overrides?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** The folder of the compiled programs. */
  readonly distribution: string;
  /** `throw-away` gives up durability for speed, for tests. */
  readonly tuning?: 'durable' | 'throw-away';
  /** Whether what ends by itself is started again (it is by default). */
  readonly restart?: boolean;
  readonly progress?: Progress;
  /** Is told each time a process of the stack has been started. */
  readonly onStarted?: () => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** A running Loam. */
export interface Stack {
  /** Of the gateway. */
  readonly url: string;
  /** The bootstrap tenant's name, and a token of its administrator. */
  readonly tenant: string;
  readonly token: string;
  readonly services: Readonly<Record<ServiceName, Supervised>>;
  /** Those that the stack runs itself. */
  readonly parts: Readonly<Record<PartName, Supervised | undefined>>;
  /** The start of a service's probe and metrics URLs: it changes whenever the service is started. */
  healthUrlOf(service: ServiceName): string;
  /** Ends a service if it runs, and starts it with these variables in place of its earlier overrides. */
  restart(service: ServiceName, overrides?: Readonly<Record<string, string>>): Promise<void>;
  /** The ids of all processes as they are now, by name. */
  processIds(): Record<string, number>;
  /** Resolves when something has ended too often to be started again; the stack is still to be stopped. */
  readonly failed: Promise<Error>;
  /** Ends everything in good order: services, then servers. Leaves no process; may be called again. */
  stop(): Promise<void>;
}

/** How long what a crashed launcher left behind may need to end. */
const AFTER_CRASH_MS = 20_000;

/**
 * Starts Loam: the servers that the environment does not name, the schemas, the five services. Resolves when all of
 * them are ready; when that fails, nothing is left running.
 *
 * @throws AlreadyRunning, or an Error that says who holds the port, or which step failed, with the end of its log
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const home = resolve(options.home);
  const lock = await takeLock(home);
  let crew: Crew | undefined;
  const stop = async (): Promise<void> => {
    await crew?.stop();
    await lock.release();
  };
  try {
    const gateway = await gatewayAddress(options, lock.afterCrash ? AFTER_CRASH_MS : 0);
    crew = await Crew.gather(options);
    return { ...(await bringUp(crew, gateway, { ...options, home })), failed: crew.failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function gatewayAddress(options: StackOptions, patienceMs: number): Promise<Address> {
  const { LOAM_HOST: given = '' } = options.environment;
  const host = given === '' ? '127.0.0.1' : given;
  if (options.gatewayPort === 0) return { host, port: await freePort() };
  await awaitFreePort(host, options.gatewayPort, patienceMs);
  return { host, port: options.gatewayPort };
}

async function bringUp(
  crew: Crew,
  gateway: Address,
  options: StackOptions,
): Promise<Omit<Stack, 'failed' | 'stop'>> {
  const { home, environment: caller } = options;
  await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 });
  const secrets = await openSecrets(home);
  const { parts, ...urls } = await startParts(crew, options, secrets);
  const wiring = { home, caller, secrets, gatewayPort: gateway.port, ...urls };
  const overrides = new Map(Object.entries(options.overrides ?? {}));
  const environment = (service: ServiceName) => ({
    ...environmentOf(service, wiring),
    ...overrides.get(service),
  });
  const services = superviseServices(crew, options, environment);
  await step(options.progress, 'Starting the services', () =>
    crew.together(Object.values(services).map((service) => service.start())),
  );
  const everything = { ...services, ...parts };
  return {
    ...{ url: urlOf(gateway), tenant: TENANT, token: secrets.token, services, parts },
    healthUrlOf: (service) => {
      const { current } = services[service];
      if (current === undefined) throw new Error(`${service} does not run at the moment.`);
      return current.url;
    },
    restart: async (service, variables = {}) => {
      await services[service].stop();
      overrides.set(service, variables);
      await services[service].start();
    },
    processIds: () => ({ guard: crew.guard.pid, ...pidsOf(everything) }),
  };
}

async function startParts(crew: Crew, options: StackOptions, secrets: Secrets) {
  const start = (name: PartName) => startPart(name, crew, options);
  const openDatabase = async () => {
    const { url, server } = await start('postgres');
    const memory = server === undefined ? undefined : join(options.home, 'postgres', 'prepared');
    const database = await prepareSchemas({ ...options, adminUrl: url, memory, secrets, crew });
    return { server, database };
  };
  const starting = [openDatabase(), start('nats'), start('redis')] as const;
  await crew.together(starting);
  const [postgres, nats, redis] = await Promise.all(starting);
  return {
    parts: { postgres: postgres.server, nats: nats.server, redis: redis.server },
    ...{ database: postgres.database, nats: nats.url, redis: redis.url },
  };
}

const urlOf = ({ host, port }: Address): string =>
  `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host}:${port}`;

const pidsOf = (members: Readonly<Record<string, Supervised | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) =>
      member?.current === undefined ? [] : [[name, member.current.pid]],
    ),
  );
