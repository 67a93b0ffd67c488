import { createHash } from 'node:crypto';

/**
 * The id of the job that a key stands for: the same for the same service, job, tenant and key. A hash, since BullMQ
 * takes no id with a colon or of digits only.
 */
export const jobIdOf = (queue: string, tenant: string, key: string): string =>
  `k${createHash('sha256')
    .update(JSON.stringify([queue, tenant, key]))
    .digest('hex')
    .slice(0, 40)}`;

/** The id of a job's dead letter within its queue: its own, with the colons of a scheduled one made safe in a URL. */
export const deadIdOf = (jobId: string): string => jobId.replaceAll(':', '~');

/** How a dead letter is called outside: `job-<queue>-<id>`. */
export const letterIdOf = (queue: string, deadId: string): string => `job-${queue}-${deadId}`;

/** The part after `job-<queue>-`, if it is a letter of this queue. */
export const deadIdIn = (queue: string, letterId: string): string | undefined => {
  const prefix = letterIdOf(queue, '');
  return letterId.startsWith(prefix) ? letterId.slice(prefix.length) : undefined;
};
