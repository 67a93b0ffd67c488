import fc from 'fast-check';
import { activationsOf, type Told } from './activation';

const ID = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
let count = 0;
const told = (source: Told['source'], keys: readonly string[], said: Partial<Told> = {}): Told => {
  count += 1;
  return {
    ...{ id: ID(count), at: `2026-03-10T12:00:${String(count % 60).padStart(2, '0')}.000Z`, source },
    ...{
      keys: [...keys],
      kind: 'skill',
      slug: 'a',
      version: '',
      project: '',
      session: '',
      person: '',
      trigger: '',
    },
    ...said,
  };
};
const PROMPT = 'prompt:s1/p1/a';

describe('the activations behind signals', () => {
  it('ING-11 are one where hook, OpenTelemetry and transcript tell of one call', () => {
    const signals = [
      told('hook', ['tool:t1', PROMPT], { trigger: 'claude-proactive' }),
      told('otel', [PROMPT], { version: '1.0.0', trigger: 'nested-skill' }),
      told('transcript', ['tool:t1'], { version: '0.9.0', at: '2026-03-10T14:00:00.000Z' }),
    ];
    expect(activationsOf(signals)).toEqual([
      expect.objectContaining({
        ...{ at: signals[0]?.at, version: '1.0.0', trigger: 'nested-skill' },
        sources: ['otel', 'hook', 'transcript'],
      }),
    ]);
  });

  it('are as many as there are calls in a prompt, told of in their order by who names none', () => {
    const hooks = [told('hook', ['tool:t1', PROMPT]), told('hook', ['tool:t2', PROMPT])];
    const otel = [told('otel', [PROMPT]), told('otel', [PROMPT]), told('otel', [PROMPT])];
    expect(activationsOf([...hooks, ...otel]).map(({ sources }) => sources)).toEqual([
      ['otel', 'hook'],
      ['otel', 'hook'],
      ['otel'],
    ]);
  });

  it('are one where the same source tells of a call twice', () => {
    expect(activationsOf([told('hook', ['tool:t1']), told('hook', ['tool:t1'])])).toHaveLength(1);
  });

  it('are never put together without a key', () => {
    expect(activationsOf([told('api', []), told('otel', [])])).toHaveLength(2);
  });

  it('do not depend on the order in which signals come', () => {
    const anyTold = fc
      .record({
        source: fc.constantFrom('hook', 'otel', 'transcript'),
        call: fc.option(fc.constantFrom('t1', 't2', 't3')),
        prompt: fc.constantFrom('p1', 'p2'),
        version: fc.constantFrom('', '1.0.0'),
      })
      .map(({ source, call, prompt, version }) =>
        told(source, [...(call === null ? [] : [`tool:${call}-${prompt}`]), `prompt:s/${prompt}/a`], {
          version,
        }),
      );
    const twoOrders = fc
      .array(anyTold, { maxLength: 12 })
      .chain((signals) =>
        fc.tuple(fc.constant(signals), fc.shuffledSubarray(signals, { minLength: signals.length })),
      );
    const sorted = (signals: readonly Told[]) =>
      activationsOf(signals).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    fc.assert(
      fc.property(twoOrders, ([signals, shuffled]) => {
        expect(sorted(shuffled)).toEqual(sorted(signals));
      }),
    );
  });
});
