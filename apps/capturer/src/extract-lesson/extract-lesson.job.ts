import { SessionDismissed } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { crashPoint } from '@loam/kernel';
import { within, type Drafting } from '../drafting';
import { readSession } from '../read-session';
import { sessionStep, type Step, type StepParts } from '../session-step';
import { findWork, keepWork } from '../session-work';

const FROM = ['scored', 'waiting'] as const;

/** The gate: whether there is a lesson in a session that anybody could use, and which. */
export const extractLesson = (parts: StepParts, drafting: Drafting, threshold: number) =>
  sessionStep(parts, 'extractLesson', FROM, async (step) => {
    const { store, context } = step;
    const { lesson } = await findWork(store.database, context.tenant, step);
    if (lesson !== null || (await extract(step, drafting, threshold)))
      await store.transaction(context, (unit) => step.owe(unit, 'composeDraft'));
  });

/** @returns whether there is one by now */
async function extract(step: Step, drafting: Drafting, threshold: number): Promise<boolean> {
  const { store, context, sessionId, round } = step;
  const session = await readSession(step);
  const found = await within(drafting, step, 'extract', () => drafting.drafter.extract(session, step.signal));
  if (found === undefined) return false;
  if (found.outcome === 'nothing') {
    const reason = found.reason.slice(0, 500);
    await step.conclude(FROM, [fact(SessionDismissed, { sessionId, round, reason })]);
    return false;
  }
  const { score: total, signals } = session.score;
  const told = signals
    .slice(0, 100)
    .map(({ kind, weight, evidence }) => ({ kind, weight, evidence: evidence.slice(0, 240) }));
  await keepWork(store.database, context.tenant, step, {
    lesson: {
      lesson: found.lesson,
      score: { total, threshold, signals: told },
    },
  });
  crashPoint('lesson.kept');
  return true;
}
