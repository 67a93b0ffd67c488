// First, since it hooks the clients that the others load.
export { currentTraceId, tracesAreCollected } from './tracing';
export type { HttpDoor, JobSchedule, ServiceDefinition, ServiceParts } from './definition';
export type { Log } from './log';
export type { Metrics } from './metrics';
export { problemHeaders, toProblem } from './problem';
export { startService } from './start-service';
