import { CandidateChanged, CandidateCleared, CandidateFlagged, OwnerNotified } from '@loam/contracts/decay';
import type { Envelope, EventOf } from '@loam/contracts/envelope';
import type { Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { on, onRun, type Projection } from '@loam/event-store';
import { countUses } from './count-uses';
import { latestOf } from './latest';
import { standItems } from './stand-items';
import { noteName, takeHistory } from './take-history';
import {
  ArchiveRequested,
  EvaluationObserved,
  HistoryTaken,
  ItemPinned,
  ItemRenamed,
  ItemSnoozed,
  SkillObserved,
  SkillRetired,
  SkillReturned,
  UsageObserved,
} from './vitals.stream';

interface KnownVersion {
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

interface Happened extends Item {
  readonly tenant: string;
  readonly id: string;
  readonly at: string;
  readonly revision: number;
}

const happened = (event: Envelope & { readonly data: Item }): Happened => ({
  ...{ kind: event.data.kind, slug: event.data.slug, tenant: event.tenant, id: event.id },
  ...{ at: event.occurredAt, revision: event.revision },
});

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

/**
 * Shows the item as its latest live version; one without any, or whose publication is still to come, is not live. What
 * it shows follows from what is known of its versions by now, in whatever order that was heard.
 */
async function showLatest(
  tx: Tx,
  news: Happened,
  what: 'archived' | 'returned' | 'published' | null,
): Promise<void> {
  const { tenant, kind, slug, revision } = news;
  const known = await tx.query<KnownVersion[]>(
    `SELECT version, description, published_at, published_as_of, retired, retired_as_of, tags, fingerprint, owner, returned_at, evaluated_at
     FROM versions WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND published_at IS NOT NULL
     ORDER BY published_at`,
    [tenant, kind, slug],
  );
  const live = known.filter(({ retired }) => !retired);
  const latest = latestOf(live);
  const returned = latestTime([
    ...live.map(({ returned_at }) => returned_at),
    ...live.filter((version) => bringsBack(version, known)).map(({ published_at }) => published_at),
  ]);
  const [shown] = await tx.query<{ before: string | null; state: string }[]>(
    `INSERT INTO vitals AS v (tenant_id, kind, slug, live, latest_version, description, created_at, tags, fingerprint,
       owner, evaluated_at, first_published_at, returned_at, revision, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, CASE WHEN $4 THEN 'live' ELSE 'archived' END)
     ON CONFLICT (tenant_id, kind, slug) DO UPDATE
     SET live = $4, latest_version = $5, description = $6, created_at = $7, tags = $8, fingerprint = $9, owner = $10,
       evaluated_at = $11, first_published_at = $12, returned_at = $13, revision = $14,
       state = CASE WHEN NOT $4 THEN 'archived' WHEN v.state = 'archived' THEN 'live' ELSE v.state END,
       state_since = CASE WHEN $4 THEN v.state_since END, rules = CASE WHEN $4 THEN v.rules ELSE '{}' END,
       archive_requested = $4 AND v.archive_requested, archive_after = CASE WHEN $4 THEN v.archive_after END
     RETURNING old.state AS before, new.state`,
    [
      ...[tenant, kind, slug, latest !== undefined, latest?.version ?? null, latest?.description ?? null],
      ...[
        latest?.published_at ?? null,
        latest?.tags ?? [],
        latest?.fingerprint ?? null,
        latest?.owner ?? null,
      ],
      ...[latest?.evaluated_at ?? null, known[0]?.published_at ?? null, returned, revision],
    ],
  );
  if (what === null || (what === 'published' && returned === null) || shown?.before === shown?.state) return;
  await noteTransition(tx, news, what === 'published' ? 'returned' : what, []);
}

async function retire(
  tx: Tx,
  event: EventOf<typeof SkillRetired> | EventOf<typeof SkillReturned>,
  returnedAt: string | null,
): Promise<void> {
  const { kind, slug, versions, asOf = -1 } = event.data;
  const retired = event.type === SkillRetired.name;
  await tx.query(
    `INSERT INTO versions (tenant_id, kind, slug, version, retired, retired_as_of, returned_at)
     SELECT $1, $2, $3, version, $5, $6, $7 FROM unnest($4::text[]) AS version
     ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET retired = $5, retired_as_of = $6, returned_at = $7`,
    [event.tenant, kind, slug, versions, retired, asOf, returnedAt],
  );
  await showLatest(tx, happened(event), retired ? 'archived' : 'returned');
}

/** Once a success has ended that an item was failing, only what comes on later days says so again. */
const SINCE_SUCCESS = `outcomes_since = CASE WHEN g.is_use AND 'failing' = ANY (v.rules) AND NOT 'failing' = ANY (g.rules)
  THEN (g.at AT TIME ZONE 'UTC')::date ELSE v.outcomes_since END`;

/** Sets columns of an item that is known. */
async function set(
  tx: Tx,
  { tenant, kind, slug, revision }: Happened,
  columns: string,
  ...values: unknown[]
) {
  await tx.query(
    `UPDATE vitals SET ${columns}, revision = $4 WHERE tenant_id = $1 AND kind = $2 AND slug = $3`,
    [tenant, kind, slug, revision, ...values],
  );
}

/** How alive each item is, and where it stands in consequence. */
export const vitals: Projection = {
  name: 'vitals',
  tables: ['vitals', 'versions', 'requirements', 'usage_days', 'heard_days', 'transitions', 'old_names'],
  handlers: [
    on(SkillObserved, async (tx, event) => {
      const { kind, slug, version, description, publishedAt, ...data } = event.data;
      await tx.query(
        `INSERT INTO versions (tenant_id, kind, slug, version, description, published_at, tags, fingerprint, owner,
           published_as_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE
         SET description = $5, published_at = $6, tags = $7, fingerprint = $8, owner = $9, published_as_of = $10`,
        [
          ...[event.tenant, kind, slug, version, description, publishedAt, data.tags ?? []],
          ...[data.fingerprint ?? null, data.publishedBy ?? null, data.asOf ?? -1],
        ],
      );
      if (data.requires !== undefined && data.requires.length > 0)
        await tx.query(
          `INSERT INTO requirements (tenant_id, requires, kind, slug, version)
           SELECT $1, unnest($5::text[]), $2, $3, $4 ON CONFLICT DO NOTHING`,
          [event.tenant, kind, slug, version, data.requires],
        );
      await showLatest(tx, happened(event), 'published');
    }),
    on(SkillRetired, (tx, event) => retire(tx, event, null)),
    on(SkillReturned, (tx, event) => retire(tx, event, event.data.at ?? null)),
    on(EvaluationObserved, async (tx, event) => {
      const { kind, slug, version, at } = event.data;
      await tx.query(
        `INSERT INTO versions (tenant_id, kind, slug, version, evaluated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET evaluated_at = $5`,
        [event.tenant, kind, slug, version, at],
      );
      await showLatest(tx, happened(event), null);
    }),
    onRun(UsageObserved, countUses),
    onRun(CandidateFlagged, (tx, tenant, events) =>
      standItems(
        ...[tx, tenant],
        "state = 'candidate', state_since = g.at, rules = g.rules, archive_requested = false, archive_after = NULL",
        events.map((event) => ({
          event,
          what: 'flagged',
          rules: event.data.reasons.map(({ rule }) => rule),
        })),
      ),
    ),
    onRun(CandidateChanged, (tx, tenant, events) =>
      standItems(
        ...[tx, tenant, `rules = g.rules, ${SINCE_SUCCESS}`],
        events.map((event) => ({
          ...{ event, what: null, rules: event.data.rules, isUse: event.data.because === 'used' },
        })),
      ),
    ),
    onRun(CandidateCleared, (tx, tenant, events) =>
      standItems(
        ...[tx, tenant],
        `state = CASE WHEN live THEN 'live' ELSE 'archived' END, state_since = NULL, rules = '{}', archive_requested = false,
           archive_after = NULL, ${SINCE_SUCCESS}`,
        // That it was archived is noted with its retirement, which comes just before.
        events.map((event) => ({
          event,
          what: event.data.because === 'archived' ? null : event.data.because,
          isUse: event.data.because === 'used',
        })),
      ),
    ),
    onRun(OwnerNotified, (tx, tenant, events) =>
      standItems(
        ...[tx, tenant],
        "state = 'notified', state_since = g.at, archive_after = g.until",
        events.map((event) => ({
          ...{ event, what: 'notified', rules: event.data.reasons, until: event.data.archiveAfter },
        })),
      ),
    ),
    onRun(ArchiveRequested, (tx, tenant, events) =>
      standItems(
        ...[tx, tenant, 'archive_requested = true'],
        events.map((event) => ({ event, what: 'archive-requested' })),
      ),
    ),
    on(ItemRenamed, noteName),
    on(HistoryTaken, takeHistory),
    on(ItemPinned, (tx, event) => set(tx, happened(event), 'pinned = $5', event.data.pinned)),
    on(ItemSnoozed, (tx, event) => set(tx, happened(event), 'snoozed_until = $5', event.data.until)),
  ],
};
