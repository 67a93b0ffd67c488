import { DraftVerdictChanged } from '@loam/contracts/capturer';
import { fact } from '@loam/contracts/define';
import { specification } from '@loam/testing';
import { created, promotion, published, requested, revised } from '../draft.fixtures';
import { hearVerdict } from './watch-verdicts.decider';

const given = specification(hearVerdict).given;
const blockedByScan = { ...promotion, verdict: 'blocked', by: 'scan' } as const;
const allowed = { ...promotion, verdict: 'pass', by: 'review' } as const;
const history = [created, requested, published] as const;

describe('what registry says of a version', () => {
  it('is noted of the draft that it was, also while more of its session awaits review', () => {
    given(...history)
      .when(blockedByScan)
      .then(fact(DraftVerdictChanged, blockedByScan));
    given(...history, revised)
      .when(blockedByScan)
      .then(fact(DraftVerdictChanged, blockedByScan));
  });
  it('is no news where it says what is known, or is about another version', () => {
    given(...history)
      .when({ ...promotion, verdict: 'pass', by: 'scan' })
      .thenNothingHappens();
    given(...history)
      .when({ ...blockedByScan, version: '0.9.0' })
      .thenNothingHappens();
    given(created).when(blockedByScan).thenNothingHappens();
    given().when(blockedByScan).thenNothingHappens();
  });
  it('weighs more from a person than from any scan', () => {
    const reviewed = fact(DraftVerdictChanged, allowed);
    given(...history)
      .when(allowed)
      .then(reviewed);
    given(...history, reviewed)
      .when(blockedByScan)
      .thenNothingHappens();
    given(...history, reviewed)
      .when({ ...allowed, verdict: 'blocked' })
      .then(fact(DraftVerdictChanged, { ...allowed, verdict: 'blocked' }));
  });
});
