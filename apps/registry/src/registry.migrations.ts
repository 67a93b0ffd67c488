import type { MigrationClass } from '@loam/database';
import { Catalog1795000000000 } from './migrations/1795000000000-catalog';
import { Versions1795000001000 } from './migrations/1795000001000-versions';

/** What has made the registry's schema, in order. */
export const registryMigrations: MigrationClass[] = [Catalog1795000000000, Versions1795000001000];
