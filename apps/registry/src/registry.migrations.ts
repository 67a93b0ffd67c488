import type { MigrationClass } from '@loam/database';
import { TurnsOfJobs1796700000000 } from '@loam/jobs';
import { Catalog1795000000000 } from './migrations/1795000000000-catalog';
import { Search1795000003000 } from './migrations/1795000003000-search';
import { DecayNotes1796500000000 } from './migrations/1796500000000-decay-notes';
import { SkillStats1796600001000 } from './migrations/1796600001000-skill-stats';
import { Names1795000008000 } from './migrations/1795000008000-names';
import { Transfers1795000006000 } from './migrations/1795000006000-transfers';
import { Pgvector1797300000000 } from './migrations/1797300000000-pgvector';
import { Versions1795000001000 } from './migrations/1795000001000-versions';
import { Projects1795000005000 } from './migrations/1795000005000-projects';
import { Uploads1797000000000 } from './migrations/1797000000000-uploads';

/** What has made the registry's schema, in order. */
export const registryMigrations: MigrationClass[] = [
  Catalog1795000000000,
  Versions1795000001000,
  Search1795000003000,
  Projects1795000005000,
  Transfers1795000006000,
  Names1795000008000,
  DecayNotes1796500000000,
  SkillStats1796600001000,
  TurnsOfJobs1796700000000,
  Uploads1797000000000,
  Pgvector1797300000000,
];
