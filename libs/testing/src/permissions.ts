import { documentedTable } from './documented-table';
import type { TestDatabase } from './test-database';

/** What each role of a service may do, a line for each table, as docs/security.md writes its tables. */
type Permissions = readonly string[];

const GRANTS = `
  SELECT c.relname AS table, g.role, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS verbs,
    c.relrowsecurity AND c.relforcerowsecurity AS bound
  FROM pg_class c
  CROSS JOIN LATERAL aclexplode(c.relacl) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
  CROSS JOIN LATERAL unnest(
    CASE WHEN a.grantee = 0 THEN ARRAY['app', 'system'] ELSE ARRAY[regexp_replace(r.rolname, '^.*_', '')] END) g (role)
  WHERE c.relnamespace = $1::regnamespace AND a.grantee <> c.relowner
  GROUP BY c.relname, g.role, c.relrowsecurity, c.relforcerowsecurity`;

interface Grant {
  readonly table: string;
  readonly role: string;
  readonly verbs: string;
  readonly bound: boolean;
}

const cells = (...texts: string[]): string => texts.join(' | ');

/** What the catalogs of a migrated database say. */
export async function grantedPermissions(server: TestDatabase, service: string): Promise<Permissions> {
  const grants = await server.asSuperuser<Grant>(GRANTS, [service]);
  const verbsOf = (table: string, role: string): string =>
    grants.find((grant) => grant.table === table && grant.role === role)?.verbs ?? 'none';
  const bound = new Map(grants.map((grant) => [grant.table, grant.bound]));
  return [...bound]
    .map(([table, isBound]) =>
      cells(`\`${table}\``, verbsOf(table, 'app'), verbsOf(table, 'system'), isBound ? 'yes' : 'no'),
    )
    .sort();
}

/** What docs/security.md says. */
export const documentedPermissions = (service: string): Promise<Permissions> =>
  documentedTable('security.md', service, 4);
