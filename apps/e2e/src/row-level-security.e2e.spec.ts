import { escapeIdentifier, Client } from 'pg';
import { z } from 'zod';
import { createDraft } from '@loam/contracts/http/capturer';
import { serviceNames } from '@loam/contracts/operations';
import { roleNames } from '@loam/database';
import { eventually } from '@loam/testing';
import { newTenant } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let superuser: Client;

const rolesOf = (service: string) => roleNames({ database: 'loam', service });
const everyRole = serviceNames.flatMap((service) => Object.values(rolesOf(service)));

const tableSchema = z.object({
  service: z.enum(serviceNames),
  name: z.string(),
  owner: z.string(),
  enabled: z.boolean(),
  forced: z.boolean(),
  ofTenant: z.boolean(),
});
type Table = z.output<typeof tableSchema>;
let tables: Table[];
let tenant: string;

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: thisRun.adminUrl });
  await client.connect();
  return client;
}

/** Does as that login may do: what superuser rights allowed is gone for the work. */
async function as<T>(role: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect();
  try {
    await client.query(`SET SESSION AUTHORIZATION ${escapeIdentifier(role)}`);
    return await work(client);
  } finally {
    await client.end();
  }
}

const quoted = ({ service, name }: Pick<Table, 'service' | 'name'>): string =>
  `${escapeIdentifier(service)}.${escapeIdentifier(name)}`;

/** The id of a tenant of which every service has something in its log. */
async function tenantWithRowsEverywhere(): Promise<string> {
  const { slug, admin } = await newTenant(thisRun.operator);
  await publish(admin, 'guarded');
  const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: 'guarded', description: 'Guarded.' }) });
  await admin.call(createDraft, { body: { slug: 'guarded' }, bundle });
  const { rows } = await superuser.query('SELECT tenant_id AS id FROM gateway.tenants WHERE slug = $1', [
    slug,
  ]);
  const { id } = z.object({ id: z.uuid() }).parse(rows[0]);
  const counts = serviceNames.map(
    (service) => `(SELECT count(*) FROM ${service}.events WHERE tenant_id = $1)`,
  );
  await eventually(async () => {
    const { rows: least } = await superuser.query(`SELECT least(${counts.join()}) > 0 AS everywhere`, [id]);
    expect(least).toEqual([{ everywhere: true }]);
  });
  return id;
}

beforeAll(async () => {
  superuser = await connect();
  tenant = await tenantWithRowsEverywhere();
  const { rows } = await superuser.query(
    `SELECT nspname AS service, relname AS name, pg_get_userbyid(relowner) AS owner, relrowsecurity AS enabled,
       relforcerowsecurity AS forced,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id' AND attnum > 0) AS "ofTenant"
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE nspname = ANY ($1) AND relkind IN ('r', 'p', 'm', 'v', 'f')`,
    [serviceNames],
  );
  tables = z.array(tableSchema).parse(rows);
});

afterAll(() => superuser.end());

const named = (found: readonly Table[]): string[] => found.map(({ service, name }) => `${service}.${name}`);

describe('AUT-02: a table with tenants in it', () => {
  it('has row-level security, which binds its owner as well', () => {
    const ofTenants = tables.filter(({ ofTenant }) => ofTenant);
    expect(named(ofTenants)).toEqual(
      expect.arrayContaining([
        ...['gateway.tokens', 'registry.skills', 'telemetry.known_skills', 'capturer.drafts', 'decay.vitals'],
        ...serviceNames.map((service) => `${service}.events`),
      ]),
    );
    expect(named(ofTenants.filter(({ enabled, forced }) => !enabled || !forced))).toEqual([]);
  });

  it('lets the role of requests at the rows of the tenant that is set, and at no others', async () => {
    const { rows } = await superuser.query<{ qual: string | null; check: string | null }>(
      'SELECT qual, with_check AS check FROM pg_policies WHERE roles && $1',
      [[...serviceNames.map((service) => rolesOf(service).app), 'public']],
    );
    const own = "(tenant_id = (NULLIF(current_setting('loam.tenant'::text, true), ''::text))::uuid)";
    expect(new Set(rows.flatMap(({ qual, check }) => [qual, check]))).toEqual(new Set([own]));
  });

  it('belongs to the owner that runs migrations, and to no role that works', () => {
    expect(named(tables.filter(({ service, owner }) => owner !== rolesOf(service).owner))).toEqual([]);
  });

  it('is every table but the few in which nothing of a tenant is', () => {
    const others = tables.filter(({ ofTenant }) => !ofTenant).map(({ name }) => name);
    expect([...new Set(others)].sort()).toEqual(['checkpoints', 'migrations']);
  });
});

describe('a role of a service', () => {
  it('is no superuser, does not bypass row-level security and has no powers over others', async () => {
    const { rows } = await superuser.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles
       WHERE rolname = ANY ($1) AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
         AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)`,
      [everyRole],
    );
    expect(rows.map(({ name }) => name).sort()).toEqual([...everyRole].sort());
  });

  it.each(serviceNames)('of %s cannot read what belongs to the other services', async (service) => {
    const foreign = tables.filter((table) => table.service !== service);
    for (const role of Object.values(rolesOf(service)))
      await as(role, async (client) => {
        for (const table of foreign)
          await expect(client.query(`SELECT FROM ${quoted(table)} LIMIT 1`)).rejects.toMatchObject({
            // insufficient_privilege
            code: '42501',
          });
      });
  });

  it.each(serviceNames)(
    'of %s sees no row unless a tenant is set, and then only of that one',
    async (service) => {
      const { app } = rolesOf(service);
      const own = tables.filter((table) => table.service === service && table.ofTenant);
      await as(app, async (client) => {
        for (const table of own) {
          const readable = `SELECT has_table_privilege($1, 'SELECT') AS may`;
          const { rows } = await client.query<{ may: boolean }>(readable, [quoted(table)]);
          if (rows[0]?.may !== true) continue;
          const count = `SELECT count(*)::int AS rows FROM ${quoted(table)}`;
          expect((await client.query(count)).rows).toEqual([{ rows: 0 }]);
          await client.query('BEGIN');
          await client.query("SELECT set_config('loam.tenant', $1, true)", [tenant]);
          const seen = await client.query(`SELECT DISTINCT tenant_id AS id FROM ${quoted(table)}`);
          expect(table.name === 'events' ? [[{ id: tenant }]] : [[], [{ id: tenant }]]).toContainEqual(
            seen.rows,
          );
          await client.query('COMMIT');
          // What was set for a transaction is gone with it.
          expect((await client.query(count)).rows).toEqual([{ rows: 0 }]);
        }
      });
    },
  );

  it('cannot write rows of another tenant than the one that is set', async () => {
    const other = await tenantWithRowsEverywhere();
    await as(rolesOf('registry').app, async (client) => {
      await client.query('BEGIN');
      await client.query("SELECT set_config('loam.tenant', $1, true)", [tenant]);
      const update = "UPDATE registry.skills SET status = 'archived' WHERE tenant_id = $1";
      expect((await client.query(update, [other])).rowCount).toBe(0);
      const insert = `INSERT INTO registry.skills VALUES ($1, 'skill', 'planted', '1.0.0', 'published')`;
      await expect(client.query(insert, [other])).rejects.toThrow(/row-level security/);
    });
  });

  it('has no use of functions that run with more rights, but for those meant for it', async () => {
    const { rows } = await superuser.query<{ name: string; config: string[] | null; open: boolean }>(
      `SELECT nspname || '.' || proname AS name, proconfig AS config,
         proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0) AS open
       FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
       WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      ...['gateway.find_token', 'registry.use_pgvector'],
      ...['telemetry.detach_usage_month', 'telemetry.drop_usage_month', 'telemetry.ensure_usage_partitions'],
    ]);
    for (const { config, open } of rows) {
      expect(open).toBe(false);
      expect(config?.join()).toContain('search_path=');
    }
  });
});
