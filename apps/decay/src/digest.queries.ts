import type { Output } from '@loam/contracts/define';
import type { GetDecayDigest } from '@loam/contracts/decay';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item, Kind } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';

type Digest = Output<typeof GetDecayDigest>;

const MOST = 20;
const DECLINERS = 10;

/** What a digest tells of, by what happened to the item. */
const HAPPENED = {
  ...{ flagged: ['flagged'], notified: ['notified'] },
  ...{ revived: ['used', 'returned'], archived: ['archived'] },
} as const;

const NEWS = `
  SELECT kind, slug, at, rules, count(*) OVER ()::int AS total FROM transitions
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND at >= $1 AND at < $2 AND what = ANY ($3)
  ORDER BY at DESC, kind, slug LIMIT ${String(MOST)}`;

const DECLINED = `
  SELECT v.kind, v.slug, d.before, d.now FROM vitals v, LATERAL (
    SELECT coalesce(sum(uses) FILTER (WHERE day <= $1::date - 30), 0)::int AS before,
      coalesce(sum(uses) FILTER (WHERE day > $1::date - 30), 0)::int AS now
    FROM usage_days u WHERE u.tenant_id = v.tenant_id AND u.kind = v.kind AND u.slug = v.slug
      AND u.day > $1::date - 60 AND u.day <= $1::date) d
  WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.live AND v.last_used_day > $1::date - 60 AND d.before > d.now
  ORDER BY d.before - d.now DESC, v.kind, v.slug LIMIT ${String(DECLINERS)}`;

interface NewsRow {
  readonly kind: Kind;
  readonly slug: string;
  readonly at: Date;
  readonly rules: DecayRule[];
  readonly total: number;
}

/** What decay came to from one moment until before another. */
export async function readDigest(tx: Tx, from: Date, to: Date): Promise<Digest> {
  const news = async (what: keyof typeof HAPPENED) => {
    const rows = await tx.query<NewsRow[]>(NEWS, [from, to, HAPPENED[what]]);
    const items = rows.map(({ kind, slug, at, rules }) => ({ kind, slug, rules, at: at.toISOString() }));
    return { items, total: rows[0]?.total ?? 0 };
  };
  const [flagged, notified] = [await news('flagged'), await news('notified')];
  const [revived, archived] = [await news('revived'), await news('archived')];
  const [standing] = await tx.query<{ candidates: number }[]>(
    `SELECT count(*)::int AS candidates FROM vitals
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND state IN ('candidate', 'notified')`,
  );
  const decliners = await tx.query<(Item & { before: number; now: number })[]>(DECLINED, [to]);
  return {
    ...{ from: from.toISOString(), to: to.toISOString(), candidates: standing?.candidates ?? 0, decliners },
    ...{ flagged: flagged.items, flaggedTotal: flagged.total },
    ...{ notified: notified.items, notifiedTotal: notified.total },
    ...{ revived: revived.items, revivedTotal: revived.total },
    ...{ archived: archived.items, archivedTotal: archived.total },
  };
}
