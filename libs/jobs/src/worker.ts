import { UnrecoverableError, WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Database } from '@loam/database';
import { crashPoint } from '@loam/kernel';
import { inAttemptSpan } from './attempt-span';
import { GivenUp, type JobDefinition, type JobRun } from './define-job';
import { Interrupted, type InHand } from './in-hand';
import { completeIntent } from './intents';
import type { JobQueue } from './job-queue';
import { payloadSchema } from './payload';

/** What became of an attempt, for whoever counts. */
export interface JobMetrics {
  attempted(queue: string, outcome: 'done' | 'failed' | 'interrupted', seconds: number): void;
}

export interface WorkerOptions {
  readonly connection: Redis;
  readonly prefix: string;
  /** How long the job of a worker that vanished is left alone, in ms. */
  readonly leaseMs: number;
  readonly database: Database;
  readonly inHand: InHand;
  readonly metrics: JobMetrics | undefined;
  /** Called when a job has failed for good. */
  readonly onFailed: (jobId: string) => void;
  readonly onError: (error: Error) => void;
}

const CONCURRENCY = 4;

const invalid = ({ issues }: z.ZodError): UnrecoverableError =>
  new UnrecoverableError(
    `invalid data: ${issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ')}`,
  );

function read<Schema extends z.ZodType>(schema: Schema, stored: unknown) {
  const payload = payloadSchema.safeParse(stored);
  if (!payload.success) throw invalid(payload.error);
  const data = schema.safeParse(payload.data.data);
  if (!data.success) throw invalid(data.error);
  return { payload: payload.data, data: data.data };
}

type Outcome = Parameters<JobMetrics['attempted']>[1];

/** Begins to time an attempt. @returns what to call when it has ended */
function stopwatch(queue: string, metrics: JobMetrics | undefined): (outcome: Outcome) => void {
  const begun = performance.now();
  return (outcome) => metrics?.attempted(queue, outcome, (performance.now() - begun) / 1000);
}

/** Starts to work on a queue: a few jobs at a time, each read, run within its time and noted as completed. */
export function startWorker<Definition extends JobDefinition>(
  queue: JobQueue,
  definition: Definition,
  handle: (data: z.output<Definition['schema']>, run: JobRun) => Promise<void>,
  options: WorkerOptions,
): Worker {
  const attempt = async (job: Job<unknown>): Promise<void> => {
    const { payload, data } = read<Definition['schema']>(definition.schema, job.data);
    const { id: jobId = '' } = job;
    const { tenant, causationId } = payload;
    const number = job.attemptsMade + 1;
    const about = { queue: queue.name, id: jobId, attempt: number };
    await inAttemptSpan(about, payload.traceparent, (traceparent) =>
      options.inHand.run(definition.timeoutMs, (signal) =>
        handle(data, {
          ...{ tenant, jobId, attempt: number, signal },
          context: { correlationId: payload.correlationId ?? jobId, causationId, traceparent },
        }),
      ),
    );
    if (tenant === null) return;
    crashPoint('job.done');
    await options.database.system((tx) => completeIntent(tx, tenant, queue.name, jobId));
  };

  const process = async (job: Job<unknown>, token?: string): Promise<void> => {
    const count = stopwatch(queue.name, options.metrics);
    try {
      await attempt(job);
      count('done');
    } catch (error) {
      count(error instanceof Interrupted ? 'interrupted' : 'failed');
      if (error instanceof GivenUp) throw new UnrecoverableError(error.message);
      if (!(error instanceof Interrupted)) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };

  const worker = new Worker<unknown>(queue.name, (job, token) => options.inHand.track(process(job, token)), {
    connection: options.connection,
    prefix: options.prefix,
    concurrency: definition.concurrency ?? CONCURRENCY,
    lockDuration: options.leaseMs,
    // A loop that is blocked for two thirds of the lease loses nothing; what it holds longer runs twice, which every job bears.
    lockRenewTime: Math.floor(options.leaseMs / 3),
    // It takes two looks to find a job that nobody holds: with the lease, less than twice the lease in all.
    stalledInterval: Math.floor(options.leaseMs / 3),
    // A process that dies with the job in hand is an attempt like any other; the default gives up at the second.
    maxStalledCount: definition.attempts,
    // How long an idle worker waits in one blocking command, in s. A new job ends the wait at once, unless a worker
    // that is just ending took the signal with it: then this is how long the job may lie.
    drainDelay: 5,
    runRetryDelay: 1000,
  });
  worker.on('failed', (job) => {
    if (job?.id !== undefined && typeof job.finishedOn === 'number') options.onFailed(job.id);
  });
  worker.on('error', options.onError);
  return worker;
}
