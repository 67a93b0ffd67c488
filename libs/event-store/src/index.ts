export { NO_STREAM, StreamConflict, type Append } from './append';
/** @public */
export { followProjection } from './asynchronous-projection';
export { EventCatalog, type EventContext, type RecordedEvent } from './event-catalog';
export { EventStore, type Outcome, type UnitOfWork } from './event-store';
export type { Follower } from './follower';
export { followerLag, type Lag } from './lag';
export { on, type Handler, type Projection } from './projection';
export { rebuildFromLog, replayCheck, type Rebuild, type ReplayReport } from './rebuild';
export { relay, type Publisher } from './relay';
export { eventLogTables, tenantLogIndex } from './tables';
export { placeAfter, presentPlace, readTenantSince, type Place, type TenantChanges } from './tenant-changes';
