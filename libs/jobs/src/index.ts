export {
  defineJob,
  GivenUp,
  type JobCatalog,
  type JobContext,
  type JobDefinition,
  type JobHandlers,
  type JobRun,
} from './define-job';
export { Interrupted } from './in-hand';
export { Jobs, type JobsOptions, type QueueDepth } from './jobs';
export type { JobsLog } from './log';
export { QueuesAway, RedisMayEvict } from './redis-link';
export { jobTables, TurnsOfJobs1796700000000 } from './tables';
export type { JobMetrics } from './worker';
