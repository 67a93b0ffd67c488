import type { z } from 'zod';

/** One kind of work that a service owes itself. Its data never leaves the service. */
export interface JobDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** The data as Redis holds it: ids rather than content, because Redis keeps it in clear text. */
  readonly schema: Schema;
  readonly summary: string;
  /** How often it is tried before it becomes a dead letter. */
  readonly attempts: number;
  /** The wait before the second attempt, in ms; it doubles from attempt to attempt, each less up to half by chance. */
  readonly backoffMs: number;
  /** How long one attempt may take, in ms. */
  readonly timeoutMs: number;
  /** How many of them a process works on at a time; 4 unless stated, more for what only waits for others. */
  readonly concurrency?: number;
}

/** The jobs of one service, by the key that its code uses. */
export type JobCatalog = Readonly<Record<string, JobDefinition>>;

/** Trying again does not help: the job becomes a dead letter at once, with this reason. */
export class GivenUp extends Error {}

/** What the code around a job needs to go on where its cause left off. */
export interface JobContext {
  /** Of a scheduled job: the id of the tick. */
  readonly correlationId: string;
  readonly causationId: string | null;
  /** The span of this attempt, where tracing is on; otherwise that of the cause. */
  readonly traceparent: string | null;
}

/** One attempt at a job. */
export interface JobRun {
  /** `null` for a scheduled job, which belongs to no tenant. */
  readonly tenant: string | null;
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the attempt's time is over and when the process ends. What goes on after that goes unheard. */
  readonly signal: AbortSignal;
  readonly context: JobContext;
}

/**
 * The work of each job. A job may run more than once (a crash between its end and the note of it, a lost Redis), so
 * a handler's effect must be the same the second time.
 */
export type JobHandlers<C extends JobCatalog> = {
  readonly [K in keyof C]: (data: z.output<C[K]['schema']>, run: JobRun) => Promise<void>;
};

/** Declares a job; `name` in kebab case becomes the last part of the queue's name. */
export function defineJob<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  options: Omit<JobDefinition, 'name' | 'schema'>,
): JobDefinition<Schema> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`not a name for a job: ${name}`);
  return { name, schema, ...options };
}
