import type { Output } from '@loam/contracts/define';
import type { RecordUsage, Usage } from '@loam/contracts/telemetry';
import type { Database, Tx } from '@loam/database';
import type { Clock } from '@loam/kernel';
import { rollups } from '../usage-rollups';
import { admitUse, type AdmittedUse } from './admit-use';

type Results = Output<typeof RecordUsage>['results'];

/** Waits where another transaction has the same id in hand, in the order of the keys, so that no two wait in a circle. */
const CLAIM = `
  INSERT INTO usage_ids (tenant_id, event_id, body_hash)
  SELECT tenant, id, decode(body_hash, 'hex')
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (tenant, id, body_hash) ORDER BY tenant, id
  ON CONFLICT DO NOTHING RETURNING tenant_id || '/' || event_id AS key`;

/** One statement, so that all transactions come to the tables in the same order. */
const COUNT = `
  WITH recorded AS (
    INSERT INTO usage_facts (tenant_id, event_id, at, kind, slug, version, event, times)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::int[])
    RETURNING tenant_id, at, kind, slug, version, event, times
  ),
  quarters AS (${rollups.quarters('recorded')}),
  days AS (${rollups.days('recorded')} RETURNING tenant_id, day, kind, slug, version, views + downloads AS total),
  totals AS (${rollups.totals('recorded')})
  INSERT INTO usage_unpublished (tenant_id, day, kind, slug, version, total)
  SELECT tenant_id, day, kind, slug, version, total FROM days ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (tenant_id, day, kind, slug, version) DO UPDATE SET total = excluded.total`;

const KNOWN = `
  SELECT tenant_id || '/' || event_id AS key, encode(body_hash, 'hex') AS body_hash FROM usage_ids
  WHERE (tenant_id, event_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** Records uses of any tenants, each once. */
export class UsageRecorder {
  constructor(
    private readonly database: Pick<Database, 'system'>,
    private readonly clock: Clock,
  ) {}

  /** Records a batch in one commit and the same few statements, whatever its size. */
  async record(uses: readonly Usage[]): Promise<Results> {
    const now = this.clock();
    const admitted = uses.map((use) => admitUse(use, now));
    const first = new Map<string, AdmittedUse>();
    for (const use of admitted) if (!first.has(use.key)) first.set(use.key, use);
    const known = await this.database.system((tx) => count(tx, [...first.values()]));
    return admitted.map(({ key, bodyHash }) =>
      bodyHash === (known.get(key) ?? first.get(key)?.bodyHash) ? 'recorded' : 'conflict',
    );
  }
}

/** @returns of those that were recorded before, the hash of what was recorded then */
async function count(tx: Tx, uses: readonly AdmittedUse[]): Promise<ReadonlyMap<string, string>> {
  const claimed = await tx.query<{ key: string }[]>(CLAIM, columns(uses, 'tenant', 'id', 'bodyHash'));
  const keys = new Set(claimed.map(({ key }) => key));
  const fresh = uses.filter(({ key }) => keys.has(key));
  const repeated = uses.filter(({ key }) => !keys.has(key));
  if (fresh.length > 0)
    await tx.query(COUNT, columns(fresh, 'tenant', 'id', 'at', 'kind', 'slug', 'version', 'event', 'times'));
  if (repeated.length === 0) return new Map();
  const rows = await tx.query<{ key: string; body_hash: string }[]>(KNOWN, columns(repeated, 'tenant', 'id'));
  return new Map(rows.map(({ key, body_hash }) => [key, body_hash]));
}

const columns = (uses: readonly AdmittedUse[], ...names: (keyof AdmittedUse)[]): string[][] =>
  names.map((name) => uses.map((use) => use[name]));
