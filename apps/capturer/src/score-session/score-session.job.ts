import { newScore, scoreMore, scoreOf } from '@loam/capture';
import { SessionDismissed, SessionScored } from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { crashPoint } from '@loam/kernel';
import { sessionStep, type StepParts } from '../session-step';
import { recordsOfSession } from '../transcript';

const ALIKE = `SELECT count(*)::int AS others FROM sessions
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND person = $1 AND fingerprint = $2 AND id <> $3`;

/** Says what speaks for keeping what a session taught, and whether that is enough for a draft. */
export const scoreSession = (parts: StepParts, threshold: number) =>
  sessionStep(parts, 'scoreSession', ['ended'], async (step) => {
    const { store, blobs, context, sessionId, round, session } = step;
    const { database } = store;
    let state = newScore;
    for await (const records of recordsOfSession({ database, blobs }, context.tenant, sessionId))
      state = scoreMore(state, records);
    const fingerprint = state.fingerprint?.of ?? null;
    const [alike] = await database.tenant(context.tenant, (tx) =>
      tx.query<{ others: number }[]>(ALIKE, [session.person, fingerprint, sessionId]),
    );
    const { score, signals } = scoreOf(state, { sessionsAlike: (alike?.others ?? 0) + 1 });
    const scored = fact(SessionScored, {
      ...{ sessionId, round, score, fingerprint },
      signals: signals.map(({ kind, weight }) => ({ kind, weight })),
    });
    crashPoint('session.scored');
    if (score < threshold) {
      const reason = `a score of ${String(score)} is below ${String(threshold)}`;
      await step.conclude(['ended'], [scored, fact(SessionDismissed, { sessionId, round, reason })]);
    } else await step.conclude(['ended'], [scored]);
  });
