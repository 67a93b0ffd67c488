import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
  DraftVerdictChanged,
} from '@loam/contracts/capturer';
import type { EventData } from '@loam/contracts/define';
import {
  DraftApproved,
  DraftChangesRequested,
  DraftCommented,
  DraftEdited,
} from '@loam/contracts/draft-review';
import type { Tx } from '@loam/database';
import { on, type Projection } from '@loam/event-store';

type Content = Omit<EventData<typeof DraftCreated>, 'origin'>;

interface Happened {
  readonly tenant: string;
  readonly revision: number;
  readonly data: { readonly draftId: string };
}

type Column =
  | ('slug' | 'description' | 'when_to_use' | 'tags' | 'notes' | 'sha256' | 'status')
  | ('verdict' | 'blast_radius' | 'neighbour' | 'session_id' | 'drafter' | 'score' | 'flags')
  | ('edited' | 'approved' | 'beside' | 'comment' | 'reviewed_by' | 'reviewed_at' | 'refusal')
  | ('published_slug' | 'published_version' | 'published_verdict');

/** Writes these columns of the draft that something happened to. */
async function set(
  tx: Tx,
  { tenant, revision, data }: Happened,
  columns: Partial<Record<Column, unknown>>,
): Promise<void> {
  const assignments = Object.keys(columns).map((column, index) => `, ${column} = $${String(index + 4)}`);
  await tx.query(`UPDATE drafts SET revision = $3${assignments.join('')} WHERE tenant_id = $1 AND id = $2`, [
    ...[tenant, data.draftId, revision],
    ...Object.values(columns),
  ]);
}

/** What a draft says now; nobody has said anything about that yet. */
function contentOf({ scan, neighbour, proposal, ...content }: Content): Partial<Record<Column, unknown>> {
  const { slug, description, whenToUse: when_to_use, tags, notes, sha256 } = content;
  return {
    ...{ slug, description, when_to_use, tags, notes, sha256, status: 'pending', approved: false },
    ...{ verdict: scan?.verdict ?? 'pending', blast_radius: scan?.blastRadius ?? 'low' },
    ...{ neighbour: neighbour ? JSON.stringify(neighbour) : null, comment: null, reviewed_by: null },
    ...(proposal ? pipelineOf(proposal) : {}),
  };
}

const pipelineOf = ({ sessionId, drafter, score, flags }: NonNullable<Content['proposal']>) => ({
  ...{ session_id: sessionId, drafter, score: score.total, flags: flags.map(({ flag }) => flag) },
});

/** The list that a reviewer works through. */
export const drafts: Projection = {
  name: 'drafts',
  tables: ['drafts'],
  handlers: [
    on(DraftCreated, async (tx, event) => {
      const { tenant, occurredAt, data } = event;
      await tx.query(
        `INSERT INTO drafts (tenant_id, id, slug, description, tags, origin, status, sha256, created_at)
         VALUES ($1, $2, $3, '', '{}', $4, 'pending', $5, $6)`,
        [tenant, data.draftId, data.slug, data.origin, data.sha256, occurredAt],
      );
      await set(tx, event, contentOf(data));
    }),
    on(DraftRevised, (tx, event) =>
      set(tx, event, { ...contentOf(event.data), edited: false, reviewed_at: null, refusal: null }),
    ),
    on(DraftEdited, (tx, event) => set(tx, event, { ...contentOf(event.data), edited: true })),
    on(DraftRevisionProposed, (tx, event) => set(tx, event, { beside: event.revision })),
    on(DraftCommented, (tx, event) => set(tx, event, {})),
    on(DraftApproved, (tx, event) =>
      set(tx, event, { status: 'approved', approved: true, comment: null, reviewed_by: event.data.approver }),
    ),
    on(DraftChangesRequested, (tx, event) => {
      const { reviewer, comment } = event.data;
      return set(tx, event, { status: 'changes-requested', approved: false, comment, reviewed_by: reviewer });
    }),
    on(DraftPublicationRequested, (tx, event) => set(tx, event, { status: 'publishing', refusal: null })),
    on(DraftPublicationRefused, async (tx, event) => {
      const { code, detail } = event.data;
      await set(tx, event, { refusal: JSON.stringify({ code, detail }) });
      // What was approved before is approved still.
      await tx.query(
        `UPDATE drafts SET status = CASE WHEN approved THEN 'approved' ELSE 'pending' END
         WHERE tenant_id = $1 AND id = $2`,
        [event.tenant, event.data.draftId],
      );
    }),
    on(DraftPublished, (tx, event) => {
      const { slug, version, verdict = null } = event.data;
      const published = { published_slug: slug, published_version: version, published_verdict: verdict };
      return set(tx, event, { status: 'published', reviewed_at: event.occurredAt, ...published });
    }),
    on(DraftVerdictChanged, (tx, event) => set(tx, event, { published_verdict: event.data.verdict })),
    on(DraftDiscarded, (tx, event) => {
      const { occurredAt: reviewed_at, actor, data } = event;
      const said = { comment: data.reason ?? null, reviewed_by: actor.id };
      return set(tx, event, { status: 'discarded', reviewed_at, ...said });
    }),
  ],
};
