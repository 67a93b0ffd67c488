import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import { Jobs } from '@loam/jobs';
import type { Clock } from '@loam/kernel';
import type { decayJobs } from './decay.jobs';
import { CLOCK } from './decay.parts';
import { ExplainDecayController } from './explain-decay/explain-decay.controller';
import { GetDigestController } from './get-digest/get-digest.controller';
import { GetPolicyController } from './get-policy/get-policy.controller';
import { KeepItemController } from './keep-item/keep-item.controller';
import { ListCandidatesController } from './list-candidates/list-candidates.controller';
import { ListStandingsController } from './list-standings/list-standings.controller';
import { ListSweepsController } from './list-sweeps/list-sweeps.controller';
import { RunSweepController } from './run-sweep/run-sweep.controller';
import { SetPolicyController } from './set-policy/set-policy.controller';
import { TryPolicyController } from './try-policy/try-policy.controller';
import { WatchArchiveController } from './watch-archive/watch-archive.controller';
import { WatchEvaluationController } from './watch-evaluation/watch-evaluation.controller';
import { WatchProjectController } from './watch-project/watch-project.controller';
import { WatchRenameController } from './watch-rename/watch-rename.controller';
import { WatchSkillController } from './watch-skill/watch-skill.controller';
import { WatchUseController } from './watch-use/watch-use.controller';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly jobs: Jobs<typeof decayJobs>;
  readonly clock: Clock;
}

@Module({})
class DecayModule {}

/** Decay's table of contents. */
export const decayModule = ({ database, store, jobs, clock }: Parts): DynamicModule => ({
  module: DecayModule,
  controllers: [
    ...[WatchSkillController, WatchArchiveController, WatchRenameController, WatchUseController],
    ...[WatchEvaluationController, WatchProjectController],
    ...[ListCandidatesController, ListStandingsController, ExplainDecayController, KeepItemController],
    ...[GetPolicyController, SetPolicyController, TryPolicyController],
    ...[ListSweepsController, RunSweepController, GetDigestController],
  ],
  providers: [
    { provide: Database, useValue: database },
    { provide: EventStore, useValue: store },
    { provide: Jobs, useValue: jobs },
    { provide: CLOCK, useValue: clock },
  ],
});
