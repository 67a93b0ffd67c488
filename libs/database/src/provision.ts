import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** The three login roles of a service (see docs/security.md). */
export const roleNames = (owner: { readonly database: string; readonly service: string }) => ({
  owner: `${owner.database}_${owner.service}_owner`,
  app: `${owner.database}_${owner.service}_app`,
  system: `${owner.database}_${owner.service}_system`,
});

/** Where a service connects, by role. */
export interface ServiceUrls {
  readonly owner: string;
  readonly app: string;
  readonly system: string;
}

/** What is provisioned. */
export interface ProvisionOptions {
  /** Letters, digits and underscores; role names begin with it, so that databases of one server share no role. */
  readonly database: string;
  readonly services: readonly string[];
  /** The password of a role; stable, so that provisioning again changes nothing. */
  readonly passwordOf: (role: string) => string;
}

const withDatabase = (url: string, database: string): string => {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.toString();
};

const withLogin = (url: string, user: string, password: string): string => {
  const copy = new URL(url);
  copy.username = user;
  copy.password = encodeURIComponent(password);
  return copy.toString();
};

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(adminUrl: string, database: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
    await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`);
  });
}

async function createRole(client: Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${escapeIdentifier(role)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(password)}`,
  );
}

/** One service: its roles, its schema, and the scratch schema in which a replay check rebuilds its tables. */
async function provisionService(client: Client, service: string, options: ProvisionOptions): Promise<void> {
  const roles = roleNames({ database: options.database, service });
  for (const role of Object.values(roles)) await createRole(client, role, options.passwordOf(role));
  const scratch = `${service}_replay`;
  await client.query(`
    GRANT CONNECT ON DATABASE ${escapeIdentifier(options.database)} TO ${roles.owner}, ${roles.app}, ${roles.system};
    GRANT ${roles.owner}, ${roles.system} TO CURRENT_USER;
    CREATE SCHEMA IF NOT EXISTS ${service} AUTHORIZATION ${roles.owner};
    CREATE SCHEMA IF NOT EXISTS ${scratch} AUTHORIZATION ${roles.system};
    GRANT USAGE ON SCHEMA ${service} TO ${roles.app}, ${roles.system};
  `);
}

/** Where each service connects once it is provisioned. @param adminUrl as for `provision` */
export function serviceUrls(adminUrl: string, options: ProvisionOptions): Record<string, ServiceUrls> {
  const url = withDatabase(adminUrl, options.database);
  return Object.fromEntries(
    options.services.map((service) => {
      const roles = roleNames({ database: options.database, service });
      const login = (role: string) => withLogin(url, role, options.passwordOf(role));
      return [service, { owner: login(roles.owner), app: login(roles.app), system: login(roles.system) }];
    }),
  );
}

/**
 * Makes the database, and for each service its schema and roles, as far as they are missing.
 * @param adminUrl a login that may create databases and roles
 * @returns where each service connects
 */
export async function provision(
  adminUrl: string,
  options: ProvisionOptions,
): Promise<Record<string, ServiceUrls>> {
  for (const name of [options.database, ...options.services])
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(name)) throw new Error(`not a name for a database or schema: ${name}`);
  await createDatabase(adminUrl, options.database);
  const url = withDatabase(adminUrl, options.database);
  await withClient(url, async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const service of options.services) await provisionService(client, service, options);
  });
  return serviceUrls(adminUrl, options);
}
