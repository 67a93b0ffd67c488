// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { SkillUsed } from '@loam/contracts/telemetry';
import { rebuildFromLog } from '@loam/event-store';
import { knownSkills } from './hear-of-skill/known-skills.projection';
import { Usage1795000000000 } from './migrations/1795000000000-usage';
import { Times1795000002000 } from './migrations/1795000002000-times';
import { usageStreams } from './publish-usage/usage-streams.projection';
import { SkillHeardOf } from './skill.stream';
import { telemetryEnvironment } from './telemetry.env';
import { telemetryModule } from './telemetry.module';
import { beginWork } from './telemetry.work';
import { rollupsFromFacts } from './usage-rollups';

void startService({
  name: 'telemetry',
  environment: telemetryEnvironment,
  migrations: [Usage1795000000000, Times1795000002000],
  events: [SkillHeardOf, SkillUsed],
  inline: [knownSkills, usageStreams],
  rebuilds: (catalog) => [rebuildFromLog(catalog, [knownSkills, usageStreams]), rollupsFromFacts],
  module: telemetryModule,
  begin: beginWork,
});
