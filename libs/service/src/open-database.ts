import type { z } from 'zod';
import { Database } from '@loam/database';
import type { ServiceName } from '@loam/contracts/operations';
import type { databaseConfig } from './environment';

/** Connects a service to its schema. @param purpose is shown by the server beside the service's name */
export const openDatabase = (
  service: ServiceName,
  config: z.output<typeof databaseConfig>,
  purpose?: string,
): Promise<Database> =>
  Database.open({
    url: config.DATABASE_URL,
    systemUrl: config.DATABASE_SYSTEM_URL,
    schema: service,
    applicationName: ['loam', service, purpose].filter((part) => part !== undefined).join(' '),
    poolSize: config.LOAM_DATABASE_POOL,
  });
