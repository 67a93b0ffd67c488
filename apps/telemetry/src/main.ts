// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { RegressionCleared, RegressionDetected, SkillStats, SkillUsed } from '@loam/contracts/telemetry';
import { rebuildFromLog } from '@loam/event-store';
import { knownSkills } from './hear-of-skill/known-skills.projection';
import { usageStreams } from './publish-usage/usage-streams.projection';
import { UsagePolicySet } from './policy.stream';
import { usagePolicies } from './set-policy/usage-policies.projection';
import { rebuildFromFacts } from './rebuild';
import { SkillHeardOf } from './skill.stream';
import { telemetryEnvironment } from './telemetry.env';
import { telemetryMigrations } from './telemetry.migrations';
import { telemetryModule } from './telemetry.module';
import { retainUsage } from './retain-usage/retain-usage';
import { telemetryJobs } from './telemetry.jobs';
import { beginWork } from './telemetry.work';

void startService({
  name: 'telemetry',
  environment: telemetryEnvironment,
  migrations: telemetryMigrations,
  events: [SkillHeardOf, SkillUsed, SkillStats, RegressionDetected, RegressionCleared, UsagePolicySet],
  inline: [knownSkills, usageStreams, usagePolicies],
  rebuilds: (catalog, blobs) => [
    rebuildFromLog(catalog, [knownSkills, usageStreams, usagePolicies]),
    rebuildFromFacts(blobs),
  ],
  objects: true,
  jobs: {
    catalog: telemetryJobs,
    schedules: ({ config }) => [
      { job: 'retention', id: 'retention', everyMs: config.LOAM_RETENTION_SECONDS * 1000, data: {} },
    ],
    handlers: ({ database, blobs, clock, log }) => ({
      retention: async (_data, { signal }) => {
        log.info(await retainUsage({ database, blobs, now: clock(), signal }), 'archived what is old');
      },
    }),
  },
  module: telemetryModule,
  begin: beginWork,
});
