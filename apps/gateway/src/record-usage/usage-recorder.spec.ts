import { RecordUsage, type Usage } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import type { Answer } from '@loam/messaging';
import { eventually } from '@loam/testing';
import { UsageRecorder } from './usage-recorder';

const use = (): Usage => ({
  ...{ id: uuidv7(), tenant: uuidv7(), kind: 'skill', slug: 'a', version: null, event: 'view' },
  at: new Date().toISOString(),
});
const silent = { info: jest.fn(), warn: jest.fn(), error: jest.fn(), debug: jest.fn() };
const away: Answer<never> = { ok: false, failure: { code: 'unavailable', detail: 'away' } };

/** Stands where the broker is: answers each batch with what the script says. */
function broker(answer: (uses: readonly Usage[]) => Answer<unknown>) {
  const batches: (readonly Usage[])[] = [];
  return {
    batches,
    request: async (_definition: unknown, input: unknown) => {
      const { uses } = RecordUsage.input.parse(input);
      batches.push(uses);
      return answer(uses);
    },
  };
}
const recorded = (uses: readonly Usage[]): Answer<unknown> => ({
  ok: true,
  value: { results: uses.map(() => 'recorded') },
});

describe('the usage recorder', () => {
  it('sends what comes at the same time as one request, and answers each on its own', async () => {
    const bus = broker((uses) => ({
      ok: true,
      value: { results: uses.map((_, index) => (index === 1 ? 'conflict' : 'recorded')) },
    }));
    const recorder = new UsageRecorder(bus as never, silent as never);
    const answers = await Promise.all([use(), use(), use()].map((one) => recorder.record(one)));
    expect(bus.batches).toHaveLength(1);
    expect(answers.map((answer) => answer.ok && answer.value)).toEqual(['recorded', 'conflict', 'recorded']);
  });

  it('never answers well for what is not recorded', async () => {
    const recorder = new UsageRecorder(broker(() => away) as never, silent as never);
    expect(await recorder.record(use())).toEqual(away);
  });

  it('keeps what nobody waits for while telemetry is away, and records it under the same id later', async () => {
    let isAway = true;
    const bus = broker((uses) => (isAway ? away : recorded(uses)));
    const recorder = new UsageRecorder(bus as never, silent as never);
    const kept = use();
    recorder.recordLater(kept);
    await eventually(() => {
      expect(bus.batches).toHaveLength(1);
    });
    isAway = false;
    await eventually(() => {
      expect(bus.batches).toHaveLength(2);
    });
    expect(bus.batches[1]).toEqual([kept]);
  });
});
