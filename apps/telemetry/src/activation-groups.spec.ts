import { regroup } from './activation-groups';
import { admitSignal, type Fact } from './facts';
import { now, use } from './telemetry.fixtures';

const tenant = '0190c0de-0000-7000-8000-000000000001';
const activation = (keys: string[]): Fact => admitSignal(use(tenant, { type: 'activation', keys }), now).fact;
const PROMPT = 'prompt:s1/p1/skill/a';

describe('activations that are told of one prompt', () => {
  it('change nothing of what was counted of the others', () => {
    const facts = Array.from({ length: 1000 }, (_, index) => activation([`tool:${String(index)}`, PROMPT]));
    const { contributions, groups } = regroup(facts, []);
    expect(contributions).toHaveLength(1000);
    expect(Math.max(...groups.map(({ signals }) => signals.length))).toBe(100);
  });

  it('count once where a full group knows the call', () => {
    const facts = Array.from({ length: 150 }, () => activation(['tool:t1', PROMPT]));
    const { groups } = regroup(facts, []);
    expect(groups.flatMap(({ activations }) => activations)).toHaveLength(1);
  });
});
