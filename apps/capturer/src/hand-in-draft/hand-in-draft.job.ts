import { SessionDrafted } from '@loam/contracts/capture';
import type { Evidence } from '@loam/contracts/draft-proposal';
import { fact } from '@loam/contracts/define';
import { crashPoint } from '@loam/kernel';
import { valueOf, type Bus } from '@loam/messaging';
import { askForNeighbour } from '../neighbour';
import { proposeDraft } from '../propose-draft';
import { capturesAmong } from '../records-of-captures';
import { sessionStep, type Step, type StepParts } from '../session-step';
import { findWork, type DraftWork } from '../session-work';

const FROM = ['scored', 'waiting'] as const;
const MOST_FLAGS = 20;

/** Asks registry what is like the draft, and hands it to the reviewers, ready or as a merge proposal. */
export const handInDraft = (parts: StepParts & { readonly bus: Bus }) =>
  sessionStep(parts, 'handInDraft', FROM, async (step) => {
    const { store, context, sessionId, round, session } = step;
    const { draft, lesson } = await findWork(store.database, context.tenant, step);
    if (draft === null || lesson === null) throw new Error('there is no draft to hand in');
    const { slug, description, whenToUse, tags, sha256, bytes, scan, drafter } = draft;
    const { draftId } = await proposeDraft(store, context, {
      ...{ slug, description, whenToUse, tags, sha256, bytes, scan, notes: null },
      neighbour: valueOf(await askForNeighbour(parts.bus, context, draft)).neighbour,
      proposal: {
        ...{ sessionId, author: session.author, drafter, score: lesson.score },
        flags: draft.flags.slice(0, MOST_FLAGS),
        evidence: await evidenceOf(step, draft),
      },
    });
    crashPoint('draft.handed-in');
    await step.conclude(FROM, [fact(SessionDrafted, { sessionId, round, draftId })]);
  });

/** Ids of captures are UUIDs; those of a transcript's records that have none say where they stand. */
async function evidenceOf({ store, context, sessionId }: Step, { evidence }: DraftWork): Promise<Evidence[]> {
  const ids = evidence.map(({ uuid }) => uuid);
  const captures = await store.database.tenant(context.tenant, (tx) => capturesAmong(tx, sessionId, ids));
  return evidence.map(({ uuid, offset, claim }) => {
    const source = captures.has(uuid)
      ? ({ source: 'event', offset: null } as const)
      : ({ source: 'record', offset } as const);
    return { claim, ...source, id: uuid.slice(0, 200), excerpt: null };
  });
}
