import { isOutage, type Database } from '@loam/database';
import { connectNats, type NatsLink } from '@loam/messaging';
import type { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import type { Ending } from './ending';
import type { HealthServer } from './health';
import type { Log } from './log';
import { openDatabase } from './open-database';
import type { ServeConfig } from './read-config';
import { untilUp } from './until-up';

interface ConnectOptions {
  readonly service: ServiceName;
  readonly config: Pick<ServeConfig<z.ZodObject>, 'database' | 'serve'>;
  readonly log: Log;
  readonly health: HealthServer;
  readonly ending: Ending;
}

interface Closeable {
  ping(): Promise<unknown>;
}

/** Watched from before it is there, so that probes show what a start waits for. */
function watched<T extends Closeable>(
  { health }: ConnectOptions,
  name: string,
  opening: Promise<T>,
): Promise<T> {
  health.watch({
    name,
    required: true,
    ping: async () => {
      const opened = await Promise.race([opening, Promise.resolve(undefined)]);
      if (opened === undefined) throw new Error('not there since the start');
      await opened.ping();
    },
  });
  return opening;
}

/** Connects to Postgres and NATS at the same time, and waits for whichever is away. */
export async function connect(
  options: ConnectOptions,
): Promise<{ readonly database: Database; readonly link: NatsLink }> {
  const { service, config, log, ending } = options;
  const { signal } = ending.begun;
  const openPostgres = untilUp('Postgres', () => openDatabase(service, config.database), {
    ...{ log, signal },
    isAway: isOutage,
  });
  const servers = config.serve.NATS_URL.split(',').map((server) => server.trim());
  const openNats = untilUp('NATS', () => connectNats({ servers, name: service, log }), {
    ...{ log, signal },
    isAway: () => true,
  });
  const [database, link] = await Promise.all([
    watched(options, 'postgres', openPostgres),
    watched(options, 'nats', openNats),
  ]);
  ending.at('nats', () => link.drain());
  ending.at('database', () => database.close());
  return { database, link };
}
