import { z } from 'zod';
import { idOf } from '@loam/capture';
import { DraftCreated, DraftRevised } from '@loam/contracts/capturer';
import type { Tx } from '@loam/database';
import type { EventContext, EventStore } from '@loam/event-store';
import { draftEvents, draftStream } from './draft.stream';
import { proposeRevision, type ProposedDraft } from './propose-draft.decider';

/** What became of a proposal: a draft of its own, the draft's next text, something beside it, or nothing new. */
export interface Proposed {
  readonly draftId: string;
  readonly outcome: 'created' | 'revised' | 'beside' | 'unchanged';
}

const draftsOfSession = z.array(z.object({ id: z.uuid(), status: z.string(), sha256: z.string() }));

/**
 * Appends what a session gave to the session's draft, or begins it. The bundle lies under `draftKey(sha256)` already.
 * Asking again with the same bundle changes nothing, also after a crash and from two workers at once: the id follows
 * from the session, so that they meet in one stream. A session that goes on after its draft was published gives
 * another one, once it says something else.
 */
export async function proposeDraft(
  store: EventStore,
  context: EventContext,
  proposed: Omit<ProposedDraft, 'draftId'>,
): Promise<Proposed> {
  const { sessionId } = proposed.proposal;
  const drafts = await store.database.tenant(context.tenant, (tx) => findDraftsOf(tx, sessionId));
  const last = drafts.at(-1);
  const isNext = last === undefined || (last.status === 'published' && last.sha256 !== proposed.sha256);
  const draftId = isNext ? idOf('draft', context.tenant, sessionId, String(drafts.length)) : last.id;
  const outcome = await store.execute(context, {
    ...{ stream: draftStream(context.tenant, draftId), events: draftEvents, decider: proposeRevision },
    command: { ...proposed, draftId },
  });
  if ('rejected' in outcome) throw new Error('a proposal is never refused');
  const [event] = outcome.events;
  switch (event?.type) {
    case undefined:
      return { draftId, outcome: 'unchanged' };
    case DraftCreated.name:
      return { draftId, outcome: 'created' };
    case DraftRevised.name:
      return { draftId, outcome: 'revised' };
    default:
      return { draftId, outcome: 'beside' };
  }
}

/** The drafts of a session, the oldest first. */
async function findDraftsOf(tx: Tx, sessionId: string): Promise<z.output<typeof draftsOfSession>> {
  const rows = await tx.query<unknown[]>(
    `SELECT id, status, sha256 FROM drafts
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1 ORDER BY created_at, id`,
    [sessionId],
  );
  return draftsOfSession.parse(rows);
}
