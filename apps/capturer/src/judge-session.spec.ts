import {
  SessionDrafted,
  SessionEnded,
  SessionExtended,
  SessionScored,
  SessionStarted,
} from '@loam/contracts/capture';
import { fact } from '@loam/contracts/define';
import { specification } from '@loam/testing';
import { failure, judgeSession } from './judge-session.decider';

const sessionId = '01890000-0000-8000-8000-000000000000';
const started = fact(SessionStarted, {
  ...{ sessionId, round: 1, author: 'a', person: 'p', project: null, client: null },
});
const ended = fact(SessionEnded, { sessionId, round: 1, reason: 'logout' });
const scored = fact(SessionScored, { sessionId, round: 1, score: 50, signals: [], fingerprint: null });
const extended = fact(SessionExtended, { sessionId, round: 2 });
const score = { round: 1, from: ['ended'] as const, facts: [scored] };

describe('a step of the judgement of a session', () => {
  const given = specification(judgeSession).given;

  it('JOB-02 counts once, where its session is: what another worker has done before is not done again', () => {
    given(started, ended).when(score).then(scored);
    given(started, ended, scored).when(score).thenNothingHappens();
    given(started).when(score).thenNothingHappens();
    given().when(score).thenNothingHappens();
  });

  it('came too late where the session has gone on', () => {
    given(started, ended, extended).when(score).thenNothingHappens();
  });

  it('is given up on where the session waits for it, and nowhere else', () => {
    const draftId = sessionId;
    const failed = failure(sessionId, 1, 'scoreSession', 'x'.repeat(1000));
    given(started, ended)
      .when(failed)
      .then(...failed.facts);
    given(started, ended, scored, fact(SessionDrafted, { sessionId, round: 1, draftId }))
      .when(failed)
      .thenNothingHappens();
  });
});
