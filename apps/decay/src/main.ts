// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { z } from 'zod';
import { decayMigrations } from './decay.migrations';
import { decayModule } from './decay.module';
import { vitals } from './vitals.projection';
import { SkillObserved, SkillRetired, SkillReturned, UsageObserved } from './vitals.stream';

void startService({
  name: 'decay',
  environment: z.object({}),
  migrations: decayMigrations,
  events: [SkillObserved, SkillRetired, SkillReturned, UsageObserved],
  inline: [vitals],
  module: decayModule,
});
