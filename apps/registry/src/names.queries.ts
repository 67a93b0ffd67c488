import { z } from 'zod';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { prefixesOf } from './name-rules';

const TENANT = "tenant_id = current_setting('loam.tenant')::uuid";

const claimSchema = z.object({ prefix: z.string(), owners: z.array(z.string()) });

/** The narrowest claimed namespace that covers a slug. */
export async function namespaceOf(tx: Tx, slug: string): Promise<z.output<typeof claimSchema> | undefined> {
  const rows = await tx.query<unknown[]>(
    `SELECT prefix, owners FROM namespaces WHERE ${TENANT} AND prefix = ANY ($1) ORDER BY length(prefix) DESC LIMIT 1`,
    [prefixesOf(slug)],
  );
  return claimSchema.optional().parse(rows[0]);
}

/** More names are not compared; those of the least use are left out. */
const MOST_POPULAR = 5000;

const popularSchema = z.object({ slug: z.string(), publishedBy: z.string() });
export type PopularName = z.output<typeof popularSchema>;

/** The names of items that were used at least so often in the last 90 days, and who published their first version. */
export async function findPopular(tx: Tx, uses: number): Promise<PopularName[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT slug, (SELECT published_by FROM skill_versions v WHERE v.tenant_id = p.tenant_id AND v.kind = p.kind
       AND v.slug = p.slug ORDER BY published_at, version LIMIT 1) AS "publishedBy"
     FROM (SELECT tenant_id, kind, slug, sum(views + downloads) AS uses FROM skill_uses WHERE ${TENANT}
       GROUP BY tenant_id, kind, slug HAVING sum(views + downloads) >= $1
       ORDER BY uses DESC, slug LIMIT ${MOST_POPULAR}) p`,
    [uses],
  );
  return popularSchema
    .array()
    .parse(rows.filter((row) => z.object({ publishedBy: z.string() }).safeParse(row).success));
}

/** The prefixes that somebody owns. */
export async function prefixesOwnedBy(tx: Tx, actor: string): Promise<string[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT prefix FROM namespaces WHERE ${TENANT} AND $1 = ANY (owners)`,
    [actor],
  );
  return z
    .array(z.object({ prefix: z.string() }))
    .parse(rows)
    .map(({ prefix }) => prefix);
}

/** Whether there is an item of that name, whatever became of it. */
export async function isTaken(tx: Tx, { kind, slug }: Item): Promise<boolean> {
  const rows = await tx.query<unknown[]>(`SELECT 1 FROM skills WHERE ${TENANT} AND kind = $1 AND slug = $2`, [
    kind,
    slug,
  ]);
  return rows.length > 0;
}

const UTC = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const namespaceRow = claimSchema.extend({ claimedAt: z.string() });

/** The claimed namespaces, by prefix; one where it is named. */
export async function findNamespaces(tx: Tx, prefix?: string): Promise<z.output<typeof namespaceRow>[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT prefix, owners, to_char(claimed_at AT TIME ZONE 'UTC', ${UTC}) AS "claimedAt" FROM namespaces
     WHERE ${TENANT} AND ($1::text IS NULL OR prefix = $1) ORDER BY prefix`,
    [prefix ?? null],
  );
  return namespaceRow.array().parse(rows);
}

/** A claimed namespace. */
export const findNamespace = async (tx: Tx, prefix: string) => (await findNamespaces(tx, prefix))[0];

const moveRow = z.object({ owners: z.array(z.string()), at: z.string(), by: z.string() });

/** Everyone who ever owned a namespace, newest first. */
export async function namespaceHistory(tx: Tx, prefix: string): Promise<z.output<typeof moveRow>[]> {
  const rows = await tx.query<unknown[]>(
    `SELECT owners, to_char(moved_at AT TIME ZONE 'UTC', ${UTC}) AS at, moved_by AS by FROM namespace_moves
     WHERE ${TENANT} AND prefix = $1 ORDER BY moved_at DESC, event_id DESC LIMIT 100`,
    [prefix],
  );
  return moveRow.array().parse(rows);
}

/** What an item that had this name is called now. */
export async function findAlias(tx: Tx, { kind, slug }: Item): Promise<string | undefined> {
  const rows = await tx.query<{ renamed_to: string }[]>(
    `SELECT renamed_to FROM aliases WHERE ${TENANT} AND kind = $1 AND slug = $2`,
    [kind, slug],
  );
  return rows[0]?.renamed_to;
}

/** Who published the first version of an item. */
export async function firstPublisher(tx: Tx, { kind, slug }: Item): Promise<string | undefined> {
  const rows = await tx.query<{ published_by: string }[]>(
    `SELECT published_by FROM skill_versions WHERE ${TENANT} AND kind = $1 AND slug = $2
     ORDER BY published_at, version LIMIT 1`,
    [kind, slug],
  );
  return rows[0]?.published_by;
}
