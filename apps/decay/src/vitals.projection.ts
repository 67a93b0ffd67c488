import { CandidateChanged, CandidateCleared, CandidateFlagged, OwnerNotified } from '@loam/contracts/decay';
import type { EventOf } from '@loam/contracts/envelope';
import type { Tx } from '@loam/database';
import { on, onRun, type Projection } from '@loam/event-store';
import { countUses } from './count-uses';
import { observeVersions } from './observe-versions';
import { happened, showLatest, type Happened } from './show-latest';
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
  await showLatest(tx, event.tenant, [happened(event)], retired ? 'archived' : 'returned');
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
    onRun(SkillObserved, observeVersions),
    on(SkillRetired, (tx, event) => retire(tx, event, null)),
    on(SkillReturned, (tx, event) => retire(tx, event, event.data.at ?? null)),
    on(EvaluationObserved, async (tx, event) => {
      const { kind, slug, version, at } = event.data;
      await tx.query(
        `INSERT INTO versions (tenant_id, kind, slug, version, evaluated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, kind, slug, version) DO UPDATE SET evaluated_at = $5`,
        [event.tenant, kind, slug, version, at],
      );
      await showLatest(tx, event.tenant, [happened(event)], null);
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
