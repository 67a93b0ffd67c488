import type { Tx } from '@loam/database';

/** The tags that a policy of the tenant may name. */
export interface KnownTags {
  /** Those of live items. */
  readonly live: ReadonlySet<string>;
  /** Those that a version of the policy named, so that it can be put back. */
  readonly earlier: ReadonlySet<string>;
}

export async function knownTags(tx: Tx): Promise<KnownTags> {
  const live = await tx.query<{ tag: string }[]>(
    `SELECT DISTINCT unnest(tags) AS tag FROM vitals
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND live AND tags <> '{}'`,
  );
  const earlier = await tx.query<{ tag: string }[]>(
    `SELECT DISTINCT entry ->> 'tag' AS tag FROM policies, jsonb_array_elements(policy -> 'policies') AS entry
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND entry ->> 'tag' IS NOT NULL`,
  );
  const namesOf = (rows: readonly { readonly tag: string }[]) => new Set(rows.map(({ tag }) => tag));
  return { live: namesOf(live), earlier: namesOf(earlier) };
}
