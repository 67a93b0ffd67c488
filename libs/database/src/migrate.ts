import { DataSource, type MigrationInterface } from 'typeorm';
import type { Database } from './database';

/** A migration; TypeORM takes its order from the timestamp at the end of the class name. */
export type MigrationClass = new () => MigrationInterface;

/**
 * Brings a service's schema up to date, as its owner. Two callers at once wait for one another.
 * @returns the names of the migrations that were applied
 */
export async function migrate(
  ownerUrl: string,
  schema: string,
  migrations: readonly MigrationClass[],
): Promise<readonly string[]> {
  const source = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    poolSize: 2,
    extra: { options: `-c search_path=${schema}` },
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    logging: false,
  }).initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate ${schema}`]);
    const applied = await source.runMigrations({ transaction: 'each' });
    await source.query(`GRANT SELECT ON migrations TO PUBLIC`);
    return applied.map((migration) => migration.name);
  } finally {
    await lock.release();
    await source.destroy();
  }
}

/** The names of the migrations that the running code needs and the schema lacks. */
export async function pendingMigrations(
  database: Database,
  migrations: readonly MigrationClass[],
): Promise<readonly string[]> {
  const rows = await database.tenantless(async (tx) => {
    const [found] = await tx.query<{ found: boolean }[]>(
      "SELECT to_regclass('migrations') IS NOT NULL AS found",
    );
    return found?.found === true ? tx.query<{ name: string }[]>('SELECT name FROM migrations') : [];
  });
  const applied = new Set(rows.map((row) => row.name));
  return migrations.map((migration) => migration.name).filter((name) => !applied.has(name));
}
