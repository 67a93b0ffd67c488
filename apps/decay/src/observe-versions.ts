import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import { happened, showLatest } from './show-latest';
import type { SkillObserved } from './vitals.stream';

type Observed = EventOf<typeof SkillObserved>;

// A judgement may have been heard of before the publication.
const KEEP = `
  INSERT INTO versions AS v (tenant_id, kind, slug, version, description, published_at, tags, fingerprint, owner,
    published_as_of, evaluated_at)
  SELECT $1, kind, slug, version, description, published_at, tags, fingerprint, owner, as_of, evaluated_at
  FROM jsonb_to_recordset($2::jsonb) AS g (kind text, slug text, version text, description text, published_at timestamptz,
    tags text[], fingerprint text, owner text, as_of int, evaluated_at timestamptz)
  ORDER BY kind, slug
  ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE
  SET description = excluded.description, published_at = excluded.published_at, tags = excluded.tags,
    fingerprint = excluded.fingerprint, owner = excluded.owner,
    published_as_of = excluded.published_as_of, evaluated_at = greatest(v.evaluated_at, excluded.evaluated_at)`;

const REQUIRE = `
  INSERT INTO requirements (tenant_id, requires, kind, slug, version)
  SELECT $1, requires, kind, slug, version
  FROM jsonb_to_recordset($2::jsonb) AS g (requires text, kind text, slug text, version text)
  ON CONFLICT DO NOTHING`;

/** Neighbours of which each is about another item. */
function runsOf(events: readonly Observed[]): Observed[][] {
  const runs: Observed[][] = [];
  let items = new Set<string>();
  for (const event of events) {
    const run = runs.at(-1);
    if (run === undefined || items.has(event.stream)) {
      runs.push([event]);
      items = new Set();
    } else run.push(event);
    items.add(event.stream);
  }
  return runs;
}

/** Keeps versions that came into the catalog, and shows their items: those of many at once. */
export async function observeVersions(tx: Tx, tenant: string, events: readonly Observed[]): Promise<void> {
  for (const run of runsOf(events)) {
    const rows = run.map(({ data: { kind, slug, version, description, publishedAt, ...data } }) => ({
      ...{ kind, slug, version, description, published_at: publishedAt },
      ...{ tags: data.tags ?? [], fingerprint: data.fingerprint ?? null },
      ...{ owner: data.publishedBy ?? null, as_of: data.asOf ?? -1, evaluated_at: data.evaluatedAt ?? null },
    }));
    await tx.query(KEEP, [tenant, JSON.stringify(rows)]);
    const required = run.flatMap(({ data: { kind, slug, version, requires = [] } }) =>
      requires.map((other) => ({ requires: other, kind, slug, version })),
    );
    if (required.length > 0) await tx.query(REQUIRE, [tenant, JSON.stringify(required)]);
    await showLatest(tx, tenant, run.map(happened), 'published');
  }
}
