import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { CLOCK } from './decay.parts';
import { ListCandidatesController } from './list-candidates/list-candidates.controller';
import { WatchArchiveController } from './watch-archive/watch-archive.controller';
import { WatchRenameController } from './watch-rename/watch-rename.controller';
import { WatchSkillController } from './watch-skill/watch-skill.controller';
import { WatchUseController } from './watch-use/watch-use.controller';

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
}

@Module({})
class DecayModule {}

/** Decay's table of contents. */
export const decayModule = ({ database, clock }: Parts): DynamicModule => ({
  module: DecayModule,
  controllers: [
    WatchSkillController,
    WatchArchiveController,
    WatchRenameController,
    WatchUseController,
    ListCandidatesController,
  ],
  providers: [
    { provide: Database, useValue: database },
    { provide: CLOCK, useValue: clock },
  ],
});
