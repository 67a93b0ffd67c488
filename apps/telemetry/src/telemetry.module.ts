import { Module, type DynamicModule } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '@loam/database';
import type { EventStore } from '@loam/event-store';
import type { Clock } from '@loam/kernel';
import type { Log } from '@loam/service';
import { GetSkillTotalsController } from './get-skill-totals/get-skill-totals.controller';
import { GetTopSkillsController } from './get-top-skills/get-top-skills.controller';
import { GetUsageTimelineController } from './get-usage-timeline/get-usage-timeline.controller';
import { HearOfSkillController } from './hear-of-skill/hear-of-skill.controller';
import { KnowsSkillController } from './hear-of-skill/knows-skill.controller';
import { publishAsLeader } from './publish-usage/publish-as-leader';
import { RecordUsageController } from './record-usage/record-usage.controller';
import { UsageRecorder } from './record-usage/usage-recorder';
import { Repeated } from './repeated';
import type { telemetryEnvironment } from './telemetry.env';
import { CLOCK } from './telemetry.parts';

interface Parts {
  readonly config: z.output<typeof telemetryEnvironment>;
  readonly database: Database;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
}

@Module({})
class TelemetryModule {}

const DAY_MS = 86_400_000;

const publication = ({ config, store, log }: Parts): Repeated =>
  new Repeated({
    everyMs: config.LOAM_USAGE_PUBLISH_MS,
    work: (signal) => publishAsLeader(store, config.LOAM_USAGE_PUBLISH_MS, signal),
    onError: (error) => {
      log.warn({ err: error }, 'the use of skills waits to be published');
    },
  });

const partitions = ({ database, log }: Parts): Repeated =>
  new Repeated({
    everyMs: DAY_MS,
    work: async () => {
      await database.system((tx) => tx.query('SELECT ensure_usage_partitions()'));
    },
    onError: (error) => {
      log.warn({ err: error }, 'the partitions of the coming months are not there yet');
    },
  });

/** Telemetry's table of contents. */
export const telemetryModule = (parts: Parts): DynamicModule => ({
  module: TelemetryModule,
  controllers: [
    RecordUsageController,
    HearOfSkillController,
    KnowsSkillController,
    GetUsageTimelineController,
    GetTopSkillsController,
    GetSkillTotalsController,
  ],
  providers: [
    { provide: Database, useValue: parts.database },
    { provide: CLOCK, useValue: parts.clock },
    { provide: UsageRecorder, useFactory: () => new UsageRecorder(parts.database, parts.clock) },
    { provide: 'publication', useFactory: () => publication(parts) },
    { provide: 'partitions', useFactory: () => partitions(parts) },
  ],
});
