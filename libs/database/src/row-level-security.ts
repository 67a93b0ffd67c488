import type { Tx } from './connection-pool';
import { roleNames } from './provision';

export type Verb = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** Whose schema it is; from it follow the names of the roles. */
export interface Owner {
  readonly database: string;
  readonly service: string;
}

/** The owner of the schema that a migration runs in. */
export async function ownerOf(tx: Tx): Promise<Owner> {
  const [owner] = await tx.query<Owner[]>(
    'SELECT current_database() AS database, current_schema() AS service',
  );
  if (owner === undefined) throw new Error('the connection has no schema');
  return owner;
}

/**
 * The statements that make a table a tenant's: the app role may use these verbs on the rows of the tenant that its
 * transaction has set, nobody sees a row without one, and even the owner is bound.
 * `NULLIF` because a setting that was made for an earlier transaction reads as an empty text afterwards.
 */
export function tenantTable(owner: Owner, table: string, verbs: readonly Verb[]): string[] {
  const { app } = roleNames(owner);
  const own = "tenant_id = NULLIF(current_setting('loam.tenant', true), '')::uuid";
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant ON ${table} TO ${app} USING (${own}) WITH CHECK (${own})`,
    `GRANT ${verbs.join(', ')} ON ${table} TO ${app}`,
  ];
}

/** The statements that let the system role use these verbs on all rows of a tenant table. */
export function grantSystem(owner: Owner, table: string, verbs: readonly Verb[]): string[] {
  const { system } = roleNames(owner);
  return [
    `GRANT ${verbs.join(', ')} ON ${table} TO ${system}`,
    ...verbs.map(
      (verb) =>
        `CREATE POLICY system_${verb.toLowerCase()} ON ${table} FOR ${verb} TO ${system} ` +
        (verb === 'INSERT' ? 'WITH CHECK (true)' : 'USING (true)'),
    ),
  ];
}
