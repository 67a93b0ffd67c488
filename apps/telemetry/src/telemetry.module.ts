import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@loam/database';
import { EventStore } from '@loam/event-store';
import type { Clock } from '@loam/kernel';
import { ExplainUsageController } from './explain-usage/explain-usage.controller';
import { GetInvocationController } from './get-invocation/get-invocation.controller';
import { GetSkillStatsController } from './get-skill-stats/get-skill-stats.controller';
import { GetSkillTotalsController } from './get-skill-totals/get-skill-totals.controller';
import { GetTopSkillsController } from './get-top-skills/get-top-skills.controller';
import { GetUsageTimelineController } from './get-usage-timeline/get-usage-timeline.controller';
import { GetUsageSeriesController } from './get-usage-series/get-usage-series.controller';
import { HearOfSkillController } from './hear-of-skill/hear-of-skill.controller';
import { KnowsSkillController } from './hear-of-skill/knows-skill.controller';
import { RecordSignalsController } from './record-signals/record-signals.controller';
import { SignalRecorder } from './record-signals/signal-recorder';
import { RecordingWishes, wishesOf } from './record-signals/wishes';
import { SetPolicyController } from './set-policy/set-policy.controller';
import { TellHiveController } from './tell-hive/tell-hive.controller';
import { TellNewsController } from './tell-news/tell-news.controller';
import { CLOCK } from './telemetry.parts';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly clock: Clock;
}

@Module({})
class TelemetryModule {}

/** Telemetry's table of contents. */
export const telemetryModule = ({ database, store, clock }: Parts): DynamicModule => ({
  module: TelemetryModule,
  controllers: [
    RecordSignalsController,
    HearOfSkillController,
    KnowsSkillController,
    GetUsageTimelineController,
    GetUsageSeriesController,
    ExplainUsageController,
    GetTopSkillsController,
    GetSkillTotalsController,
    GetSkillStatsController,
    GetInvocationController,
    TellHiveController,
    TellNewsController,
    SetPolicyController,
  ],
  providers: [
    { provide: Database, useValue: database },
    { provide: EventStore, useValue: store },
    { provide: RecordingWishes, useValue: wishesOf(database) },
    { provide: CLOCK, useValue: clock },
    { provide: SignalRecorder, useFactory: () => new SignalRecorder(database, clock) },
  ],
});
