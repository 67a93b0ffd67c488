import type { Input } from '@loam/contracts/define';
import { catalogEntrySchema, type CatalogEntry } from '@loam/contracts/registry';
import type { SearchSkills } from '@loam/contracts/search';
import type { Tx } from '@loam/database';
import { DECAY, newerOf, VERSION } from '../catalog.queries';

type Narrowing = Pick<Input<typeof SearchSkills>, 'kind' | 'status' | 'tags' | 'author' | 'limit'>;

/** The catalog by slug, from after a slug on: page N costs what page 1 does. */
export async function listSkills(
  tx: Tx,
  { kind, status, tags, author, limit }: Narrowing,
  after: string,
): Promise<CatalogEntry[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION}, ${newerOf('s')}, ${DECAY} FROM skills s JOIN skill_versions v USING (tenant_id, kind, slug, version)
     WHERE s.tenant_id = current_setting('loam.tenant')::uuid AND s.kind = $1 AND s.slug > $2 AND s.status = $3
       AND v.tags @> $4 AND ($5::text IS NULL OR v.published_by = $5)
     ORDER BY s.slug LIMIT $6`,
    [kind, after, status, tags, author, limit],
  );
  return catalogEntrySchema.array().parse(rows);
}
