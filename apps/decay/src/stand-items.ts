import type { Envelope } from '@loam/contracts/envelope';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

/** Where an item stands from an event on. */
interface Step {
  readonly event: Envelope & { readonly data: Item };
  /** How the digest tells it; null: not at all. */
  readonly what: string | null;
  /** Why it is a candidate; none where it is none, or where that does not matter. */
  readonly rules?: readonly DecayRule[];
  /** Whether a use made it so. */
  readonly isUse?: boolean;
  /** When it is archived. */
  readonly until?: string | null;
}

// An item may be told of twice where neighbours are many; its last event says how it stands.
const stand = (columns: string): string => `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS g (id uuid, kind text, slug text, revision int, at timestamptz, what text,
      rules text[], until timestamptz, is_use boolean)
  ), noted AS (
    INSERT INTO transitions (tenant_id, event_id, at, kind, slug, what, rules)
    SELECT $1, id, at, kind, slug, what, coalesce(rules, '{}') FROM given WHERE what IS NOT NULL
  )
  UPDATE vitals v SET ${columns}, revision = g.revision
  FROM (SELECT DISTINCT ON (kind, slug) * FROM given ORDER BY kind, slug, revision DESC) g
  WHERE v.tenant_id = $1 AND v.kind = g.kind AND v.slug = g.slug`;

/** Changes these columns of items, and notes what happened to them, in one statement for all of a tenant. */
export async function standItems(
  tx: Tx,
  tenant: string,
  columns: string,
  steps: readonly Step[],
): Promise<void> {
  const given = steps.map(
    ({ event: { id, data, revision, occurredAt: at }, what, rules, until, isUse = false }) => ({
      ...{ id, kind: data.kind, slug: data.slug, revision, at, what },
      ...{ rules: rules ?? [], until: until ?? null, is_use: isUse },
    }),
  );
  await tx.query(stand(columns), [tenant, JSON.stringify(given)]);
}
