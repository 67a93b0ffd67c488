import { relative } from 'node:path';
import type { z } from 'zod';
import { events as publicEvents } from '@loam/contracts/contracts';
import { pendingMigrations, type Database, type MigrationClass } from '@loam/database';
import { EventCatalog, EventStore, relay } from '@loam/event-store';
import type { JobCatalog, JobHandlers, Jobs } from '@loam/jobs';
import {
  Bus,
  createIdentitySigner,
  createIdentityVerifier,
  createJetStreamPublisher,
  NatsTransport,
  type NatsLink,
} from '@loam/messaging';
import { startApplication, type Application } from './application';
import { CannotStart } from './cannot-start';
import { connect } from './connect';
import type { JobSchedule, ServiceDefinition, ServiceParts } from './definition';
import type { Ending } from './ending';
import { gauges } from './gauges';
import type { HealthServer } from './health';
import { launchReplayCheck } from './launch-replay-check';
import type { Log } from './log';
import type { Metrics } from './metrics';
import { operationsController } from './operations.controller';
import { openBlobs, openJobs } from './optional-parts';
import type { ServeConfig } from './read-config';
import { reasonOf } from './reason';
import { ReplayChecks } from './replay-check';
import { unhurried } from './unhurried';

/** What a service is started from. */
export interface Start<Own extends z.ZodObject, Catalog extends JobCatalog> {
  readonly definition: ServiceDefinition<Own, Catalog>;
  readonly config: ServeConfig<Own>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: HealthServer;
  readonly ending: Ending;
}

/** How often the relay looks for events without having been told of any. */
const RELAY_POLL_MS = 1000;
/** How long the relay lets events gather after a publication. */
const RELAY_REST_MS = 100;

/** Connects, builds the service from its parts and starts it. Each part is registered with how it ends. */
export async function startParts<Own extends z.ZodObject, Catalog extends JobCatalog>(
  start: Start<Own, Catalog>,
): Promise<Application> {
  const { definition, config, log, metrics, ending } = start;
  const { name } = definition;
  const { database, link } = await connect({ service: name, ...start });
  await refuseOldSchema(name, definition.migrations, database);
  const clock = (): Date => new Date();
  const catalog = new EventCatalog(definition.events);
  const store = new EventStore({ database, catalog, inline: definition.inline, clock });
  const { privateKey: privateKeyPem, publicKeys } = config.identity;
  const bus = new Bus({ link, signer: createIdentitySigner({ service: name, privateKeyPem }), log });
  const [jobs, blobs] = await openOptional(start, database);
  const parts: ServiceParts<Own, Catalog> = {
    ...{ name, config: config.own, log, database, store, bus, clock, metrics },
    get jobs() {
      return jobs?.part ?? undeclared('jobs');
    },
    get blobs() {
      return blobs?.part ?? undeclared('objects');
    },
  };
  const transport = new NatsTransport({
    ...{ link, service: name, verifier: createIdentityVerifier(publicKeys), log, store },
    metrics: metrics.messages,
    outages: [jobs, blobs].flatMap((opened) => (opened === undefined ? [] : [opened.isOutage])),
  });
  const checks = new ReplayChecks(name, launchReplayCheck);
  ending.at('checks', () => checks.stop());
  gauges(metrics, { database, transport, jobs: jobs?.part });
  startRelay(start, store, link);
  if (definition.jobs !== undefined && jobs !== undefined)
    await startWork(jobs.part, definition.jobs.handlers(parts), definition.jobs.schedules?.(parts) ?? []);
  const end = await definition.begin?.(parts);
  if (end !== undefined) ending.at('own', end);
  return startApplication({
    module: definition.module(parts),
    operations: operationsController({ service: name, transport, jobs: jobs?.part, checks, log }),
    transport,
    http: await definition.http?.(parts),
    log,
    ending,
  });
}

async function refuseOldSchema(
  service: string,
  migrations: readonly MigrationClass[],
  database: Database,
): Promise<void> {
  const pending = await pendingMigrations(database, migrations);
  if (pending.length === 0) return;
  const program = relative(process.cwd(), process.argv[1] ?? '');
  throw new CannotStart(
    `the schema ${service} lacks the migrations ${pending.join(', ')}; ` +
      `run: DATABASE_OWNER_URL=… node ${program} migrate`,
  );
}

function openOptional<Own extends z.ZodObject, Catalog extends JobCatalog>(
  start: Start<Own, Catalog>,
  database: Database,
) {
  const { definition, config, log, metrics, health, ending } = start;
  const { REDIS_URL: redisUrl, LOAM_JOBS_RECONCILE_SECONDS, LOAM_JOBS_LEASE_SECONDS } = config.serve;
  const jobs =
    definition.jobs === undefined
      ? undefined
      : openJobs({
          ...{ service: definition.name, catalog: definition.jobs.catalog, redisUrl, database },
          reconcileMs: LOAM_JOBS_RECONCILE_SECONDS * 1000,
          leaseMs: LOAM_JOBS_LEASE_SECONDS * 1000,
          ...{ log, metrics, health, ending },
        });
  const blobs = config.objects === undefined ? undefined : openBlobs(config.objects, health);
  return Promise.all([jobs, blobs]);
}

async function startWork<Catalog extends JobCatalog>(
  jobs: Jobs<Catalog>,
  handlers: JobHandlers<Catalog>,
  schedules: readonly JobSchedule<Catalog>[],
): Promise<void> {
  jobs.work(handlers);
  for (const { job, ...schedule } of schedules) await jobs.schedule(job, schedule);
}

function startRelay<Own extends z.ZodObject, Catalog extends JobCatalog>(
  { definition, log, ending }: Start<Own, Catalog>,
  { database, catalog }: EventStore,
  link: NatsLink,
): void {
  const published = definition.events.filter((event) => publicEvents.includes(event));
  let last = '';
  const follower = relay({
    ...{ database, catalog, pollMs: RELAY_POLL_MS },
    publisher: unhurried(createJetStreamPublisher(link, definition.name, published), RELAY_REST_MS),
    onError: (error) => {
      const reason = reasonOf(error);
      if (reason !== last) log.warn({ err: error }, 'events wait to be published');
      last = reason;
    },
  });
  follower.start();
  ending.at('relay', () => follower.stop());
}

const undeclared = (what: string): never => {
  throw new Error(`the service is not defined with ${what}`);
};
