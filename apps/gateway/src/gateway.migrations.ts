import type { MigrationClass } from '@loam/database';
import { Identity1795000000000 } from './migrations/1795000000000-identity';
import { Webhooks1796300000000 } from './migrations/1796300000000-webhooks';
import { TurnsOfJobs1796700000000 } from '@loam/jobs';

/** In the order in which they are made. */
export const gatewayMigrations: MigrationClass[] = [
  Identity1795000000000,
  Webhooks1796300000000,
  TurnsOfJobs1796700000000,
];
