// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { z } from 'zod';
import { decayModule } from './decay.module';
import { Vitals1795000000000 } from './migrations/1795000000000-vitals';
import { vitals } from './vitals.projection';
import { SkillObserved, SkillRetired, UsageObserved } from './vitals.stream';

void startService({
  name: 'decay',
  environment: z.object({}),
  migrations: [Vitals1795000000000],
  events: [SkillObserved, SkillRetired, UsageObserved],
  inline: [vitals],
  module: decayModule,
});
