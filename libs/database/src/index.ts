export { Database } from './database';
export type { Tx } from './connection-pool';
export type { DatabaseOptions } from './database-options';
export type { Lanes, PreparedStatement } from './lanes';
export { isOutage } from './outage';
export { migrate, pendingMigrations, type MigrationClass } from './migrate';
export { provision, roleNames, serviceUrls, type ProvisionOptions, type ServiceUrls } from './provision';
export { ownerOf, tenantTable, grantSystem, type Owner, type Verb } from './row-level-security';
export { startSession, type Session } from './session';
