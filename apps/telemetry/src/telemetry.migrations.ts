import type { MigrationClass } from '@loam/database';
import { TurnsOfJobs1796700000000 } from '@loam/jobs';
import { Hive1795000003000 } from './migrations/1795000003000-hive';
import { Usage1795000000000 } from './migrations/1795000000000-usage';
import { Times1795000002000 } from './migrations/1795000002000-times';
import { ItemStats1796600000000 } from './migrations/1796600000000-item-stats';
import { InvocationCosts1797600000000 } from './migrations/1797600000000-invocation-costs';
import { News1796600002000 } from './migrations/1796600002000-news';
import { Policies1796600003000 } from './migrations/1796600003000-policies';
import { Retention1796600004000 } from './migrations/1796600004000-retention';
import { TenantQuarters1796600005000 } from './migrations/1796600005000-tenant-quarters';
import { Summaries1795000005000 } from './migrations/1795000005000-summaries';
import { Signals1795000001000 } from './migrations/1795000001000-signals';
import { UsageChanges1797200000000 } from './migrations/1797200000000-usage-changes';

/** What has made telemetry's schema, in order. */
export const telemetryMigrations: MigrationClass[] = [
  Usage1795000000000,
  Signals1795000001000,
  Times1795000002000,
  Hive1795000003000,
  Summaries1795000005000,
  ItemStats1796600000000,
  News1796600002000,
  Policies1796600003000,
  Retention1796600004000,
  TenantQuarters1796600005000,
  TurnsOfJobs1796700000000,
  UsageChanges1797200000000,
  InvocationCosts1797600000000,
];
