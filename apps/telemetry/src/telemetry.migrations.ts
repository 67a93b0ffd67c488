import type { MigrationClass } from '@loam/database';
import { Usage1795000000000 } from './migrations/1795000000000-usage';
import { Signals1795000001000 } from './migrations/1795000001000-signals';

/** What has made telemetry's schema, in order. */
export const telemetryMigrations: MigrationClass[] = [Usage1795000000000, Signals1795000001000];
