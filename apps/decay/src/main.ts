// First, so that the database driver is loaded with tracing.
import { startService } from '@loam/service';
import { z } from 'zod';
import { decayMigrations } from './decay.migrations';
import { decayModule } from './decay.module';
import { decayEvents, decayProjections } from './decay.events';

void startService({
  name: 'decay',
  environment: z.object({}),
  migrations: decayMigrations,
  events: decayEvents,
  inline: decayProjections,
  module: decayModule,
});
