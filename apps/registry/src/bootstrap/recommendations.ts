import { z } from 'zod';
import { catalogEntrySchema, type CatalogEntry } from '@loam/contracts/registry';
import type { Tx } from '@loam/database';
import { newerOf, VERSION } from '../catalog.queries';

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

/** How often it was used of late: a look at it counts a third of a download, as for the search. */
const USES = `SELECT coalesce(sum(x.views + 3 * x.downloads), 0) AS uses FROM skill_uses x
  WHERE x.tenant_id = v.tenant_id AND x.kind = v.kind AND x.slug = v.slug`;

/** What an administrator recommends for these technologies, by slug. */
async function findCurated(tx: Tx, { stack, without, limit }: Asked): Promise<Tier> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION}, ${newerOf('s')}, count(*) OVER ()::int AS total
     FROM ${LIVE} AND ${MAPPED} ORDER BY v.slug LIMIT $3`,
    [stack, without, limit + 1],
  );
  return tierOf(found, limit);
}

/** What has these technologies among its tags, the most of them first, and of those the most used. */
async function findTagged(tx: Tx, { stack, without, limit }: Asked): Promise<Tier> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION}, ${newerOf('v')}, count(*) OVER ()::int AS total
     FROM (SELECT v.*, s.newer_version, s.newer_status, ${OVERLAP} AS overlap FROM ${LIVE} AND NOT ${MAPPED}) v
     LEFT JOIN LATERAL (${USES}) u ON true
     WHERE v.overlap > 0 ORDER BY v.overlap DESC, u.uses DESC, v.slug LIMIT $3`,
    [stack, without, limit + 1],
  );
  return tierOf(found, limit);
}

/** Those of these skills that neither a person nor their tags recommend, in the given order. */
async function findOthers(tx: Tx, { stack, without, limit }: Asked, slugs: readonly string[]): Promise<Tier> {
  const found = await tx.query<unknown[]>(
    `SELECT ${VERSION}, ${newerOf('s')}, count(*) OVER ()::int AS total
     FROM ${LIVE} AND v.slug = ANY ($4) AND NOT ${MAPPED} AND ${OVERLAP} = 0
     ORDER BY array_position($4, v.slug) LIMIT $3`,
    [stack, without, limit + 1, slugs],
  );
  return tierOf(found, limit);
}

interface Recommendations {
  readonly skills: readonly CatalogEntry[];
  /** How many came from each tier. */
  readonly tiers: { readonly curated: number; readonly tagged: number; readonly semantic: number };
  /** How many the limit left out. */
  readonly truncated: number;
}

/**
 * What is recommended for a stack: by hand, by tags, by meaning, in this order, each skill once.
 * @param similar slugs whose skills resemble the stack, the nearest first
 */
export async function recommend(tx: Tx, asked: Asked, similar: readonly string[]): Promise<Recommendations> {
  const curated = await findCurated(tx, asked);
  const left = asked.limit - curated.skills.length;
  const tagged = await findTagged(tx, { ...asked, limit: left });
  const semantic = await findOthers(tx, { ...asked, limit: left - tagged.skills.length }, similar);
  const skills = [...curated.skills, ...tagged.skills, ...semantic.skills];
  return {
    skills,
    tiers: {
      ...{ curated: curated.skills.length, tagged: tagged.skills.length, semantic: semantic.skills.length },
    },
    truncated: curated.total + tagged.total + semantic.total - skills.length,
  };
}
