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

const lastDraft = z.object({ id: z.uuid() }).optional();

/**
 * Appends what a session gave to the session's draft, or begins it. The bundle lies under `draftKey(sha256)` already.
 * Asking again with the same bundle changes nothing, also after a crash and from two workers at once: the id follows
 * from the session, so that they meet in one stream, also once the draft was published or discarded.
 */
export async function proposeDraft(
  store: EventStore,
  context: EventContext,
  proposed: Omit<ProposedDraft, 'draftId'>,
): Promise<Proposed> {
  const { sessionId } = proposed.proposal;
  const last = await store.database.tenant(context.tenant, (tx) => findLastDraft(tx, sessionId));
  const draftId = last?.id ?? idOf('draft', context.tenant, sessionId, '0');
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

/** The draft of a session; the last one, where there were several before a published one was gone on with. */
async function findLastDraft(tx: Tx, sessionId: string): Promise<z.output<typeof lastDraft>> {
  const rows = await tx.query<unknown[]>(
    `SELECT id FROM drafts WHERE tenant_id = current_setting('loam.tenant')::uuid AND session_id = $1
     ORDER BY created_at DESC, id DESC LIMIT 1`,
    [sessionId],
  );
  return lastDraft.parse(rows[0]);
}
