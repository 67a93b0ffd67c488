import { SessionDrafted } from '@loam/contracts/capture';
import type { Evidence } from '@loam/contracts/draft-proposal';
import { fact } from '@loam/contracts/define';
import { crashPoint } from '@loam/kernel';
import { valueOf, type Bus } from '@loam/messaging';
import { askForNeighbour } from '../neighbour';
import { proposeDraft } from '../propose-draft';
import { sessionStep, type StepParts } from '../session-step';
import { findWork, type DraftWork, type LessonWork } from '../session-work';

const FROM = ['scored', 'waiting'] as const;
const MOST_FLAGS = 20;
const MOST_EVIDENCE = 200;

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
        evidence: evidenceOf(lesson, draft),
      },
    });
    crashPoint('draft.handed-in');
    await step.conclude(FROM, [fact(SessionDrafted, { sessionId, round, draftId })]);
  });

/** Ids of captures are UUIDs; those of a transcript's records that have none say where they stand. */
function evidenceOf({ lesson }: LessonWork, { evidence }: DraftWork): Evidence[] {
  const places = new Map([...lesson.evidence, ...evidence].map((place) => [place.uuid, place]));
  return [...places.values()].slice(0, MOST_EVIDENCE).map(({ uuid, offset }) => ({
    ...{ claim: 'lesson', source: 'record', id: uuid.slice(0, 200), offset, excerpt: null },
  }));
}
