import type { MigrationClass } from '@loam/database';
import { TurnsOfJobs1796700000000 } from '@loam/jobs';
import { Drafts1795000000000 } from './migrations/1795000000000-drafts';
import { Sessions1796100000000 } from './migrations/1796100000000-sessions';
import { Drafting1796100001000 } from './migrations/1796100001000-drafting';
import { Reviews1796200000000 } from './migrations/1796200000000-reviews';
import { ReviewRules1796200001000 } from './migrations/1796200001000-review-rules';
import { DraftsByVersion1797400000000 } from './migrations/1797400000000-drafts-by-version';

/** What has made capturer's schema, in order. */
export const capturerMigrations: MigrationClass[] = [
  Drafts1795000000000,
  Sessions1796100000000,
  Drafting1796100001000,
  Reviews1796200000000,
  ReviewRules1796200001000,
  TurnsOfJobs1796700000000,
  DraftsByVersion1797400000000,
];
