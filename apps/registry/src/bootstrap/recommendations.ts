import { z } from 'zod';
import { catalogEntrySchema, type CatalogEntry } from '@loam/contracts/registry';
import type { Tx } from '@loam/database';
import { VERSION } from '../catalog.queries';

/** Skills of one tier, and how many there would be without a limit. */
interface Tier {
  readonly skills: readonly CatalogEntry[];
  readonly total: number;
}

interface Asked {
  readonly stack: readonly string[];
  /** Slugs that an earlier source has brought already. */
  readonly without: readonly string[];
  readonly limit: number;
}

const rows = z.array(z.object({ total: z.int() }).extend(catalogEntrySchema.shape));

/** One row more than the limit, so that the total is known even where nothing fits any more. */
const tierOf = (found: unknown[], limit: number): Tier => {
  const entries = rows.parse(found);
  const skills = entries.slice(0, limit).map(({ total: _, ...entry }) => entry);
  return { skills, total: entries[0]?.total ?? 0 };
};

const LIVE = `skill_versions v JOIN skills s USING (tenant_id, kind, slug, version)
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = 'skill' AND s.status = 'published'
    AND v.slug <> ALL ($2)`;

/** Recommended by hand. */
const MAPPED = `EXISTS (SELECT FROM stack_mappings m
  WHERE m.tenant_id = v.tenant_id AND m.skill = v.slug AND m.stack = ANY ($1))`;

/** How many of the technologies are among the tags. */
const OVERLAP = '(SELECT count(DISTINCT lower(t)) FROM unnest(v.tags) t WHERE lower(t) = ANY ($1))';

/** What an administrator recommends for these technologies, by slug. */
export async function findCurated(tx: Tx, { stack, without, limit }: Asked): Promise<Tier> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION}, count(*) OVER ()::int AS total FROM ${LIVE} AND ${MAPPED} ORDER BY v.slug LIMIT $3`,
    [stack, without, limit + 1],
  );
  return tierOf(found, limit);
}

/** What has these technologies among its tags, the most of them first, and of those the most used. */
export async function findTagged(tx: Tx, { stack, without, limit }: Asked): Promise<Tier> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION}, count(*) OVER ()::int AS total
     FROM (SELECT v.*, ${OVERLAP} AS overlap FROM ${LIVE} AND NOT ${MAPPED}) v
     WHERE v.overlap > 0 ORDER BY v.overlap DESC, v.slug LIMIT $3`,
    [stack, without, limit + 1],
  );
  return tierOf(found, limit);
}
