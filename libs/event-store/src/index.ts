export { NO_STREAM, StreamConflict, type Append, type Cause } from './append';
/** @public */
export { followProjection } from './asynchronous-projection';
export { EventCatalog, type EventContext, type RecordedEvent } from './event-catalog';
export { EventStore, type Outcome, type UnitOfWork } from './event-store';
export type { Follower } from './follower';
export { Leader } from './leader';
export { followerLag, type Lag } from './lag';
export { start, type Position } from './position';
export { on, onRun, type Handler, type Projection } from './projection';
export { followLog } from './reaction';
export { readPast, rebuildFromLog, replayCheck, type Rebuild, type ReplayReport } from './rebuild';
export { relay, type Publisher } from './relay';
export { eventLogTables, tenantLogIndex } from './tables';
export { placeAfter, presentPlace, readTenantSince, type Place, type TenantChanges } from './tenant-changes';
export { hasHistory, lift, readTenantLog, storedEventSchema, type StoredEvent } from './tenant-log';
