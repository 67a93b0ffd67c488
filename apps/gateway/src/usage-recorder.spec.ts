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

  it('gathers while a batch is under way, until that has come back or another is full', async () => {
    const batches: { readonly uses: number; readonly answer: () => void }[] = [];
    const recorder = new UsageRecorder(
      (uses) =>
        new Promise((resolve) => {
          batches.push({ uses: uses.length, answer: () => resolve(recorded(uses)) });
        }),
      silent,
    );
    const sizes = () => batches.map(({ uses }) => uses);
    const record = () => recorder.record(use());
    const answers = [record()];
    await eventually(() => expect(sizes()).toEqual([1]));
    answers.push(record(), record());
    batches[0]?.answer();
    await eventually(() => expect(sizes()).toEqual([1, 2]));
    answers.push(...Array.from({ length: 2000 }, record));
    expect(sizes()).toEqual([1, 2, 2000]);
    for (const { answer } of batches) answer();
    expect(await Promise.all(answers)).toHaveLength(2003);
  });

  it('waits for no batch that takes long', async () => {
    const sizes: number[] = [];
    const recorder = new UsageRecorder(async (uses) => {
      sizes.push(uses.length);
      return new Promise(() => undefined);
    }, silent);
    void recorder.record(use());
    await eventually(() => expect(sizes).toEqual([1]));
    void recorder.record(use());
    await eventually(() => expect(sizes).toEqual([1, 1]));
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
