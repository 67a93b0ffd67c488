import fc from 'fast-check';
import { admitSignal, type Fact } from './facts';
import { addToInvocation, autoRatingOf, contributionOf, outcomeOf, type Invocation } from './invocation';
import { now, use } from './telemetry.fixtures';

const tenant = '0190c0de-0000-7000-8000-000000000001';
const invocation = '0190c0de-0000-7000-8000-00000000000a';
const at = (seconds: number): string => new Date(now.getTime() - 60_000 + seconds * 1000).toISOString();
const fact = (said: Parameters<typeof use>[1]): Fact =>
  admitSignal(use(tenant, { invocation, actor: 't', ...said }), now).fact;
const told = (...facts: Fact[]): Invocation => {
  const [first, ...rest] = facts;
  if (first === undefined) throw new Error('nothing was told');
  return rest.reduce<Invocation>(addToInvocation, addToInvocation(null, first));
};

const started = fact({ type: 'started', at: at(0), version: '1.0.0' });
const ended = fact({ type: 'ended', at: at(9), outcome: 'success', durationMs: 9000, followUps: 3 });
const heuristic = fact({ type: 'outcome', at: at(5), outcome: 'failure', judge: 'heuristic' });
const up = fact({ type: 'rated', at: at(20), rating: 1 });
const down = fact({ type: 'rated', at: at(30), rating: -1 });
const corrected = fact({ type: 'corrected', at: at(31) });
const costly = fact({ type: 'outcome', at: at(32), outcome: 'unknown', cost: 0.012345 });

describe('how an invocation went', () => {
  it("is a person's word over the model's own over what was observed", () => {
    expect(outcomeOf(told(started, heuristic))).toEqual({ outcome: 'failure', judge: 'heuristic' });
    expect(outcomeOf(told(started, heuristic, ended))).toEqual({ outcome: 'success', judge: 'model' });
    expect(outcomeOf(told(down, started, heuristic, ended))).toEqual({ outcome: 'failure', judge: 'user' });
  });
  it('is what the same judge said last', () => {
    expect(outcomeOf(told(down, up, started))).toEqual({ outcome: 'failure', judge: 'user' });
  });
  it('is unknown where nobody could tell', () => {
    expect(outcomeOf(told(started, costly))).toEqual({ outcome: 'unknown', judge: null });
  });
});

describe('the rating that follows', () => {
  it('says why', () => {
    expect(autoRatingOf(told(started, ended))).toEqual({ value: 1, reason: 'success after 3 follow-ups' });
    expect(autoRatingOf(told(started, down))).toEqual({ value: -1, reason: 'failure' });
    expect(autoRatingOf(told(started))).toBeNull();
  });
});

describe('what an invocation counts', () => {
  it('counts at its start, as its version', () => {
    expect(contributionOf(tenant, told(ended, corrected, costly, started))).toMatchObject({
      ...{ at: at(0), version: '1.0.0' },
      quantities: { invocations: 1, successes: 1, corrections: 1, cost_micros: 12_345 },
    });
  });
  it('costs what was said last, however often it is told', () => {
    const end = fact({ type: 'ended', at: at(9), cost: 0.5 });
    const again = fact({ type: 'ended', at: at(10), cost: 0.5 });
    const outcome = fact({ type: 'outcome', at: at(11), outcome: 'success', cost: 0.75 });
    expect(contributionOf(tenant, told(started, end, again)).quantities.cost_micros).toBe(500_000);
    expect(contributionOf(tenant, told(outcome, end, started)).quantities.cost_micros).toBe(750_000);
  });
  it('does not depend on the order in which it is told', () => {
    const all = [started, ended, heuristic, up, down, corrected, costly];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (facts) => {
        expect(told(...facts)).toEqual(told(...all));
      }),
    );
  });
});
