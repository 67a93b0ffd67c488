import { SessionDismissed, SessionScored } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { crashPoint } from '@loam/kernel';
import { scoreOfSession } from '../read-session';
import { sessionStep, type StepParts } from '../session-step';

/** Says what speaks for keeping what a session taught, and whether that is enough for a draft. */
export const scoreSession = (parts: StepParts, threshold: number) =>
  sessionStep(parts, 'scoreSession', ['ended'], async (step) => {
    const { sessionId, round } = step;
    const { score, signals, fingerprint } = await scoreOfSession(step);
    const scored = fact(SessionScored, {
      ...{ sessionId, round, score, fingerprint },
      signals: signals.map(({ kind, weight }) => ({ kind, weight })),
    });
    crashPoint('session.scored');
    if (score < threshold) {
      const reason = `a score of ${String(score)} is below ${String(threshold)}`;
      await step.conclude(['ended'], [scored, fact(SessionDismissed, { sessionId, round, reason })]);
    } else await step.conclude(['ended'], [scored], (unit) => step.owe(unit, 'extractLesson'));
  });
