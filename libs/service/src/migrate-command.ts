import type { ServiceName } from '@loam/contracts/operations';
import { isOutage, migrate, type MigrationClass } from '@loam/database';
import { ConfigReader, type Environment } from './config';
import { logConfig, migrateConfig } from './environment';
import { createLog } from './log';
import { untilUp } from './until-up';

/** Brings the service's schema up to date as its owner, and says what it applied. */
export async function migrateCommand(
  { name, migrations }: { readonly name: ServiceName; readonly migrations: readonly MigrationClass[] },
  environment: Environment,
): Promise<void> {
  const reader = new ConfigReader(name, environment);
  const level = reader.read(logConfig);
  const owner = reader.read(migrateConfig);
  reader.check();
  const log = createLog(name, level().LOG_LEVEL);
  const applied = await untilUp('Postgres', () => migrate(owner().DATABASE_OWNER_URL, name, migrations), {
    log,
    isAway: isOutage,
    signal: new AbortController().signal,
  });
  log.info({ applied }, applied.length === 0 ? 'the schema is up to date' : 'migrated');
}
