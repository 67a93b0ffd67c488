import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { z } from 'zod';
import { Database, migrate, provision, type MigrationClass, type ServiceUrls } from '@loam/database';

/** A database of its own for one test file, with the roles and schemas of some services. */
export interface TestDatabase {
  readonly adminUrl: string;
  /** Where each service connects. */
  urlsOf(service: string): ServiceUrls;
  /** Migrates the service's schema and connects to it; closed with the database. */
  open(service: string, migrations: readonly MigrationClass[]): Promise<Database>;
  /** Runs SQL as superuser, past every policy: for looking at or spoiling what the roles cannot. */
  asSuperuser<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Makes a database on the server that the test run has started (see global-setup.ts). */
export async function testDatabase(...services: string[]): Promise<TestDatabase> {
  const server = z.url().parse(process.env['LOAM_TEST_POSTGRES']);
  const name = `loam_t${randomBytes(5).toString('hex')}`;
  const urls = await provision(server, { database: name, services, passwordOf: (role) => `test-${role}` });
  const adminUrl = new URL(server);
  adminUrl.pathname = `/${name}`;
  const admin = new Client({ connectionString: adminUrl.toString() });
  await admin.connect();
  const opened: Database[] = [];

  const urlsOf = (service: string): ServiceUrls => {
    const found = urls[service];
    if (found === undefined) throw new Error(`${service} was not asked for`);
    return found;
  };
  return {
    adminUrl: adminUrl.toString(),
    urlsOf,
    open: async (service, migrations) => {
      const { owner, app, system } = urlsOf(service);
      await migrate(owner, service, migrations);
      const database = await Database.open({
        url: app,
        systemUrl: system,
        schema: service,
        applicationName: 'test',
        poolSize: 10,
      });
      opened.push(database);
      return database;
    },
    asSuperuser: async <Row extends object>(sql: string, values: unknown[] = []) =>
      (await admin.query<Row>(sql, values)).rows,
    close: async () => {
      await Promise.all(opened.map((database) => database.close()));
      await admin.end();
    },
  };
}
