import { z } from 'zod';
import { catalogEntrySchema } from '@loam/contracts/registry';
import type { Tx } from '@loam/database';
import { DECAY, newerOf, TOLD, VERSION } from './catalog.queries';

const foundSchema = catalogEntrySchema.extend({ publishedBy: z.string(), body: z.string() });
export type FoundEntry = z.output<typeof foundSchema>;

/** As much of the body as a snippet is looked for in. */
const BODY = 8192;

/** What the catalog shows of these items now, by kind and slug. */
export async function findEntries(
  tx: Tx,
  items: readonly { readonly kind: string; readonly slug: string }[],
): Promise<ReadonlyMap<string, FoundEntry>> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${VERSION}, ${newerOf('s')}, ${DECAY},
       CASE WHEN ${TOLD} THEN coalesce(left(d.body, ${String(BODY)}), '') ELSE '' END AS body
     FROM skills s JOIN skill_versions v USING (tenant_id, kind, slug, version)
     LEFT JOIN search_documents d ON d.tenant_id = s.tenant_id AND d.kind = s.kind AND d.slug = s.slug
       AND d.version = s.version
     WHERE s.tenant_id = current_setting('loam.tenant')::uuid AND s.status <> 'erased'
       AND (s.kind, s.slug) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [items.map(({ kind }) => kind), items.map(({ slug }) => slug)],
  );
  return new Map(
    foundSchema
      .array()
      .parse(rows)
      .map((entry) => [keyOf(entry), entry]),
  );
}

export const keyOf = ({ kind, slug }: { readonly kind: string; readonly slug: string }): string =>
  `${kind}/${slug}`;
