import type { Tx } from '@loam/database';

/** What is kept of an item besides its catalog row, so that it can be found by its text and meaning. */
export interface IndexedText {
  readonly kind: string;
  readonly slug: string;
  readonly version: string;
  readonly body: string;
  readonly provider: string;
  readonly vector: Int8Array;
}

/** An item whose text is not kept yet, or whose vector another provider made. */
export interface Unindexed {
  readonly kind: string;
  readonly slug: string;
  readonly version: string;
  readonly sha256: string;
  readonly description: string;
  readonly when_to_use: string | null;
  readonly tags: readonly string[];
}

/** @param items only these; null for any */
export function findUnindexed(
  tx: Tx,
  provider: string,
  items: readonly { readonly kind: string; readonly slug: string }[] | null,
  limit: number,
): Promise<Unindexed[]> {
  return tx.query<Unindexed[]>(
    `SELECT s.kind, s.slug, s.version, v.sha256, v.description, v.when_to_use, v.tags
     FROM skills s JOIN skill_versions v USING (tenant_id, kind, slug, version)
     LEFT JOIN search_documents d ON d.tenant_id = s.tenant_id AND d.kind = s.kind AND d.slug = s.slug
     WHERE s.tenant_id = current_setting('loam.tenant')::uuid AND s.status <> 'erased'
       AND (d.version IS DISTINCT FROM s.version OR d.provider <> $1)
       AND ($2::text[] IS NULL OR (s.kind, s.slug) IN (SELECT * FROM unnest($2::text[], $3::text[])))
     ORDER BY s.kind, s.slug LIMIT $4`,
    [provider, items?.map(({ kind }) => kind) ?? null, items?.map(({ slug }) => slug) ?? null, limit],
  );
}

/**
 * Keeps the texts of items that still show the version they were read from. The row of the item is locked, so that an
 * erasure comes before, and nothing is kept, or after, and its own job forgets it.
 */
export async function keepTexts(tx: Tx, texts: readonly IndexedText[]): Promise<void> {
  for (const { kind, slug, version, body, provider, vector } of texts)
    await tx.query(
      `INSERT INTO search_documents (tenant_id, kind, slug, version, body, provider, vector)
       SELECT s.tenant_id, s.kind, s.slug, s.version, $4, $5, $6 FROM skills s
       WHERE s.tenant_id = current_setting('loam.tenant')::uuid AND s.kind = $1 AND s.slug = $2 AND s.version = $3
         AND s.status <> 'erased'
       FOR SHARE
       ON CONFLICT (tenant_id, kind, slug) DO UPDATE SET version = excluded.version, body = excluded.body,
         provider = excluded.provider, vector = excluded.vector, changed_in = pg_current_xact_id()`,
      [kind, slug, version, body, provider, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)],
    );
}

/** Forgets the texts of versions that were erased. */
export async function forgetErased(tx: Tx): Promise<void> {
  await tx.query(
    `DELETE FROM search_documents d USING skill_versions v
     WHERE d.tenant_id = current_setting('loam.tenant')::uuid AND v.tenant_id = d.tenant_id AND v.kind = d.kind
       AND v.slug = d.slug AND v.version = d.version AND v.erased`,
  );
}

/** The tenants that have items whose text is not kept. @param tx of the system role */
export async function unindexedTenants(tx: Tx, provider: string): Promise<string[]> {
  const rows = await tx.query<{ tenant_id: string }[]>(
    `SELECT DISTINCT s.tenant_id FROM skills s
     LEFT JOIN search_documents d ON d.tenant_id = s.tenant_id AND d.kind = s.kind AND d.slug = s.slug
     WHERE s.status <> 'erased' AND (d.version IS DISTINCT FROM s.version OR d.provider <> $1)`,
    [provider],
  );
  return rows.map(({ tenant_id }) => tenant_id);
}
