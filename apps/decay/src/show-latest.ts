import type { Envelope } from '@loam/contracts/envelope';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { latestOf } from './latest';

interface KnownVersion extends Item {
  readonly version: string;
  readonly description: string;
  readonly published_at: Date;
  readonly published_as_of: number;
  readonly retired: boolean;
  readonly retired_as_of: number;
  readonly tags: string[];
  readonly fingerprint: string | null;
  readonly owner: string | null;
  readonly returned_at: Date | null;
  readonly evaluated_at: Date | null;
}

/** What an event says of itself, and of which item it tells. */
export interface Happened extends Item {
  readonly tenant: string;
  readonly id: string;
  readonly at: string;
  readonly revision: number;
}

export const happened = (event: Envelope & { readonly data: Item }): Happened => ({
  ...{ kind: event.data.kind, slug: event.data.slug, tenant: event.tenant, id: event.id },
  ...{ at: event.occurredAt, revision: event.revision },
});

/** Keeps that something became of an item at a time. */
async function noteTransition(
  tx: Tx,
  { tenant, id, at, kind, slug }: Happened,
  what: string,
  rules: readonly string[],
): Promise<void> {
  await tx.query(
    'INSERT INTO transitions (tenant_id, event_id, at, kind, slug, what, rules) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [tenant, id, at, kind, slug, what, rules],
  );
}

const latestTime = (times: readonly (Date | null)[]): Date | null =>
  times.reduce((latest, time) => (latest === null || (time !== null && time > latest) ? time : latest), null);

/** Whether a version was published after all earlier ones had left the catalog, by the revisions of the item's stream. */
function bringsBack({ published_as_of: asOf }: KnownVersion, known: readonly KnownVersion[]): boolean {
  const earlier = known.filter(({ published_as_of }) => published_as_of < asOf);
  return earlier.length > 0 && earlier.every(({ retired, retired_as_of }) => retired && retired_as_of < asOf);
}

/** What the item's row says by what is known of its versions, oldest publication first. */
function shownOf({ kind, slug, revision }: Happened, known: readonly KnownVersion[]) {
  const live = known.filter(({ retired }) => !retired);
  const latest = latestOf(live);
  const returned = latestTime([
    ...live.map(({ returned_at }) => returned_at),
    ...live.filter((version) => bringsBack(version, known)).map(({ published_at }) => published_at),
  ]);
  return {
    ...{ kind, slug, revision, live: latest !== undefined, version: latest?.version ?? null },
    ...{ description: latest?.description ?? null, created_at: latest?.published_at ?? null },
    ...{ tags: latest?.tags ?? [], fingerprint: latest?.fingerprint ?? null, owner: latest?.owner ?? null },
    ...{ evaluated_at: latest?.evaluated_at ?? null, first: known[0]?.published_at ?? null, returned },
  };
}

const KNOWN = `
  SELECT kind, slug, version, description, published_at, published_as_of, retired, retired_as_of, tags, fingerprint, owner,
    returned_at, evaluated_at
  FROM versions JOIN unnest($2::text[], $3::text[]) AS g (kind, slug) USING (kind, slug)
  WHERE tenant_id = $1 AND published_at IS NOT NULL ORDER BY published_at`;

const SHOW = `
  INSERT INTO vitals AS v (tenant_id, kind, slug, live, latest_version, description, created_at, tags, fingerprint, owner,
    evaluated_at, first_published_at, returned_at, revision, state)
  SELECT $1, kind, slug, live, version, description, created_at, tags, fingerprint, owner, evaluated_at, first, returned,
    revision, CASE WHEN live THEN 'live' ELSE 'archived' END
  FROM jsonb_to_recordset($2::jsonb) AS g (kind text, slug text, live boolean, version text, description text,
    created_at timestamptz, tags text[], fingerprint text, owner text, evaluated_at timestamptz, first timestamptz,
    returned timestamptz, revision int)
  ORDER BY kind, slug
  ON CONFLICT (tenant_id, kind, slug) DO UPDATE
  SET live = excluded.live, latest_version = excluded.latest_version, description = excluded.description,
    created_at = excluded.created_at, tags = excluded.tags, fingerprint = excluded.fingerprint, owner = excluded.owner,
    evaluated_at = excluded.evaluated_at, first_published_at = excluded.first_published_at,
    returned_at = excluded.returned_at, revision = excluded.revision,
    state = CASE WHEN NOT excluded.live THEN 'archived' WHEN v.state = 'archived' THEN 'live' ELSE v.state END,
    state_since = CASE WHEN excluded.live THEN v.state_since END,
    rules = CASE WHEN excluded.live THEN v.rules ELSE '{}' END,
    archive_requested = excluded.live AND v.archive_requested,
    archive_after = CASE WHEN excluded.live THEN v.archive_after END
  RETURNING kind, slug, old.state AS before, new.state`;

type Change = Item & { readonly before: string | null; readonly state: string };
const keyOf = ({ kind, slug }: Item): string => `${kind}/${slug}`;

/**
 * Shows items, each once, as their latest live version; one without any, or whose publication is still to come, is not
 * live. What is shown follows from what is known of the versions by now, in whatever order that was heard.
 */
export async function showLatest(
  tx: Tx,
  tenant: string,
  news: readonly Happened[],
  what: 'archived' | 'returned' | 'published' | null,
): Promise<void> {
  const known = new Map<string, KnownVersion[]>(news.map((item) => [keyOf(item), []]));
  const columns = [news.map(({ kind }) => kind), news.map(({ slug }) => slug)];
  for (const version of await tx.query<KnownVersion[]>(KNOWN, [tenant, ...columns]))
    known.get(keyOf(version))?.push(version);
  const rows = news.map((item) => shownOf(item, known.get(keyOf(item)) ?? []));
  const shown = await tx.query<Change[]>(SHOW, [tenant, JSON.stringify(rows)]);
  if (what === null) return;
  const changes = new Map(shown.map((change) => [keyOf(change), change]));
  for (const [index, item] of news.entries()) {
    const change = changes.get(keyOf(item));
    if (change?.before === change?.state || (what === 'published' && rows[index]?.returned === null))
      continue;
    await noteTransition(tx, item, what === 'published' ? 'returned' : what, []);
  }
}
