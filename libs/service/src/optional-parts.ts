import type { BlobStore, BlobStoreConfig } from '@loam/blobs';
import type { ServiceName } from '@loam/contracts/operations';
import type { Database } from '@loam/database';
import type { JobCatalog, Jobs } from '@loam/jobs';
import { CannotStart } from './cannot-start';
import type { Ending } from './ending';
import type { HealthServer } from './health';
import type { Log } from './log';
import type { Metrics } from './metrics';

/*
 * What only some services have. Their clients are loaded where they are used: the queues' take 12 MB, the object
 * store's more.
 */

interface JobsNeeds<Catalog extends JobCatalog> {
  readonly service: ServiceName;
  readonly catalog: Catalog;
  readonly redisUrl: string;
  readonly reconcileMs: number;
  readonly leaseMs: number;
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: HealthServer;
  readonly ending: Ending;
}

/** How long queues take to close once the jobs in hand have been interrupted. */
const INTERRUPTED_MS = 2000;

/** An optional part, and how to tell from an error that it is away. */
export interface Opened<Part> {
  readonly part: Part;
  readonly isOutage: (error: unknown) => boolean;
}

/** Opens the queues. Redis may be away: what is owed stands in Postgres. */
export async function openJobs<Catalog extends JobCatalog>(
  needs: JobsNeeds<Catalog>,
): Promise<Opened<Jobs<Catalog>>> {
  const { Jobs, QueuesAway, RedisMayEvict } = await import('@loam/jobs');
  const { health, ending, metrics, ...options } = needs;
  const jobs = new Jobs({ ...options, metrics: metrics.jobs });
  health.watch({ name: 'redis', required: false, ping: () => jobs.ping() });
  ending.at('jobs', (withinMs) => jobs.close(Math.max(0, withinMs - INTERRUPTED_MS)));
  try {
    await jobs.checkRedis();
  } catch (error) {
    throw error instanceof RedisMayEvict ? new CannotStart(error.message) : error;
  }
  return { part: jobs, isOutage: (error) => error instanceof QueuesAway };
}

/** Opens the object store, which may be away. */
export async function openBlobs(config: BlobStoreConfig, health: HealthServer): Promise<Opened<BlobStore>> {
  const { BlobsUnavailable, openBlobStore } = await import('@loam/blobs');
  const part = openBlobStore(config);
  health.watch({ name: 'blobs', required: false, ping: () => part.ping() });
  return { part, isOutage: (error) => error instanceof BlobsUnavailable };
}
