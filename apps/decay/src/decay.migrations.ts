import type { MigrationClass } from '@loam/database';
import { TurnsOfJobs1796700000000 } from '@loam/jobs';
import { Vitals1795000000000 } from './migrations/1795000000000-vitals';
import { Returns1795000001000 } from './migrations/1795000001000-returns';
import { Decay1796400000000 } from './migrations/1796400000000-decay';
import { Notices1796400001000 } from './migrations/1796400001000-notices';
import { DaysHeard1796900000000 } from './migrations/1796900000000-days-heard';
import { Requirements1797500000000 } from './migrations/1797500000000-requirements';
import { OldNames1797500001000 } from './migrations/1797500001000-old-names';
import { HeardDays1797800000000 } from './migrations/1797800000000-heard-days';
import { UsedIn1798000000000 } from './migrations/1798000000000-used-in';

/** What has made decay's schema, in order. */
export const decayMigrations: MigrationClass[] = [
  Vitals1795000000000,
  Returns1795000001000,
  Decay1796400000000,
  Notices1796400001000,
  TurnsOfJobs1796700000000,
  DaysHeard1796900000000,
  Requirements1797500000000,
  OldNames1797500001000,
  HeardDays1797800000000,
  UsedIn1798000000000,
];
