import type { Database, Tx } from '@loam/database';
import { deadIdOf } from './job-id';
import type { JobQueue } from './job-queue';
import type { DeadPayload } from './payload';
import type { RedisLink } from './redis-link';

/**
 * Whatever moves a job between its queue and the dead queue runs alone for that job, across all processes. The lock
 * is the database's, so that it ends with the process that held it.
 */
export function alone<T>(
  database: Database,
  queue: JobQueue,
  deadId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return database.system(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`dead letter ${queue.name} ${deadId}`]);
    return work(tx);
  });
}

/** Removes what a crash in the middle of a move left in the failed state. */
export async function removeFailed(queue: JobQueue, jobId: string): Promise<void> {
  const job = await queue.live.getJob(jobId);
  if ((await job?.isFailed()) === true) await job?.remove();
}

/**
 * Moves a job that has failed for good to the dead queue, over an earlier letter of the same job. A crash in between
 * leaves the job failed, and it is moved again.
 */
export function bury(link: RedisLink, database: Database, queue: JobQueue, jobId: string): Promise<void> {
  const deadId = deadIdOf(jobId);
  return alone(database, queue, deadId, () =>
    link.use(async () => {
      const job = await queue.live.getJob(jobId);
      if (job === undefined || !(await job.isFailed())) return;
      const letter: DeadPayload = {
        jobId,
        payload: job.data,
        reason: job.failedReason,
        stack: job.stacktrace?.at(-1) ?? null,
        attempts: job.attemptsMade,
        failedAt: new Date(job.finishedOn ?? Date.now()).toISOString(),
      };
      await queue.dead.remove(deadId);
      await queue.dead.add(queue.definition.name, letter, { jobId: deadId });
      await job.remove();
    }),
  );
}
