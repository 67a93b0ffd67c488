import type { ExplainDecay } from '@loam/contracts/decay';
import type { Output } from '@loam/contracts/define';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { z } from 'zod';
import { weightOf } from '../count-uses';
import { usesOf, vitalsEvents, vitalsStream, type VitalsEvent } from '../vitals.stream';

type Explanation = Output<typeof ExplainDecay>;

const MOST_EVENTS = 100;
const OF_ITEM = "tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2";

/** The weight of an item as it is kept, and as its days come to when they are added up anew. */
export async function readWeights(
  tx: Tx,
  { kind, slug }: Item,
): Promise<{ stored: number; recomputed: number }> {
  const [found] = await tx.query<{ stored: number; recomputed: number }[]>(
    `SELECT v.weight::float8 AS stored, coalesce((
       SELECT sum(uses * ${weightOf('day')}) FROM usage_days WHERE ${OF_ITEM}), 0)::float8 AS recomputed
     FROM vitals v WHERE ${OF_ITEM}`,
    [kind, slug],
  );
  return found ?? { stored: 0, recomputed: 0 };
}

export async function readVersionVitals(tx: Tx, { kind, slug }: Item): Promise<Explanation['versions']> {
  return tx.query<Explanation['versions']>(
    `WITH days AS (
       SELECT version, sum(uses)::int AS uses, max(day) FILTER (WHERE uses > 0) AS last, sum(successes)::int AS successes,
         sum(failures)::int AS failures, sum(cost_micros)::float8 / 1000000 AS cost
       FROM usage_days WHERE ${OF_ITEM} GROUP BY version
     ), known AS (
       SELECT version, published_at, NOT retired AS live FROM versions WHERE ${OF_ITEM} AND published_at IS NOT NULL
     )
     SELECT NULLIF(version, '') AS version, coalesce(live, false) AS live,
       to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "publishedAt",
       coalesce(uses, 0) AS uses, to_char(last, 'YYYY-MM-DD') AS "lastUsedDay", coalesce(successes, 0) AS successes,
       coalesce(failures, 0) AS failures, coalesce(cost, 0) AS cost
     FROM known FULL JOIN days USING (version) ORDER BY published_at DESC NULLS LAST, version`,
    [kind, slug],
  );
}

const rowSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  occurred_at: z.date(),
  causation_id: z.string().nullable(),
  data: z.unknown(),
});

function summaryOf({ type, data }: VitalsEvent): string {
  if ('day' in data)
    return `${usesOf(data)} uses of ${data.version ?? 'an unknown version'} on ${data.day} so far`;
  if ('reasons' in data)
    return data.reasons.map((reason) => (typeof reason === 'string' ? reason : reason.detail)).join('; ');
  if ('because' in data) return `because: ${data.because}`;
  if ('versions' in data) return data.versions.join(', ');
  return 'version' in data ? `version ${data.version}` : type;
}

const COLUMNS = 'id, type, occurred_at, causation_id, data';
const OF_STREAM = "tenant_id = current_setting('loam.tenant')::uuid AND stream = $1";

/** The last events of an item. */
export async function readEvents(tx: Tx, tenant: string, item: Item): Promise<Explanation['events']> {
  const rows = await tx.query<unknown[]>(
    `SELECT ${COLUMNS} FROM events WHERE ${OF_STREAM} ORDER BY revision DESC LIMIT ${String(MOST_EVENTS)}`,
    [vitalsStream(tenant, item)],
  );
  return rowSchema
    .array()
    .parse(rows)
    .map(({ id, type, occurred_at, causation_id, data }) => ({
      ...{ id, type, at: occurred_at.toISOString(), cause: causation_id },
      summary: summaryOf(vitalsEvents.parse({ type, data })),
    }));
}
