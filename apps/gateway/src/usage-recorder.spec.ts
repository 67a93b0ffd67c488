import type { Signal } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import { eventually } from '@loam/testing';
import { UsageRecorder, type Send } from './usage-recorder';

const use = (): Signal => ({
  ...{ id: uuidv7(), tenant: uuidv7(), kind: 'skill', slug: 'a', version: null },
  ...{ type: 'view', source: 'api' },
  at: new Date().toISOString(),
});
const silent = { warn: () => undefined, error: () => undefined };
type Answered = ReturnType<Send>;
const away: Awaited<Answered> = { ok: false, failure: { code: 'unavailable', detail: 'away' } };
const recorded = (uses: readonly Signal[]): Awaited<Answered> => ({
  ok: true,
  value: { results: uses.map(() => 'recorded') },
});

/** Stands where telemetry is: answers each batch with what the script says. */
function telemetry(answer: (uses: readonly Signal[]) => Awaited<Answered>) {
  const batches: (readonly Signal[])[] = [];
  const send: Send = async (uses) => {
    batches.push(uses);
    return answer(uses);
  };
  return { batches, recorder: new UsageRecorder(send, silent) };
}

describe('the usage recorder', () => {
  it('sends what comes at the same time as one request, and answers each on its own', async () => {
    const { batches, recorder } = telemetry((uses) => ({
      ok: true,
      value: { results: uses.map((_, index) => (index === 1 ? 'conflict' : 'recorded')) },
    }));
    const answers = await Promise.all([use(), use(), use()].map((one) => recorder.record(one)));
    expect(batches).toHaveLength(1);
    expect(answers.map((answer) => answer.ok && answer.value)).toEqual(['recorded', 'conflict', 'recorded']);
  });

  it('never answers well for what is not recorded', async () => {
    const { recorder } = telemetry(() => away);
    expect(await recorder.record(use())).toEqual(away);
  });

  it('keeps what nobody waits for while telemetry is away, and records it under the same id later', async () => {
    let isAway = true;
    const { batches, recorder } = telemetry((uses) => (isAway ? away : recorded(uses)));
    const kept = use();
    void recorder.recordLater(kept);
    await eventually(() => {
      expect(batches).toHaveLength(1);
    });
    isAway = false;
    await eventually(() => {
      expect(batches).toHaveLength(2);
    });
    expect(batches[1]).toEqual([kept]);
  });
});
