import { Gate } from './gate';

/** Work that ends when it is told to. */
function work() {
  let end = (): void => undefined;
  let begun = false;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = (): Promise<void> => {
    begun = true;
    return ended;
  };
  return { run, end: () => end(), begun: () => begun };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs so many at once, the next when one has ended, and refuses what finds no room', async () => {
  const gate = new Gate({ running: 1, waiting: 1, waitingBytes: 100 });
  const [first, second, third] = [work(), work(), work()];
  expect([first, second, third].map(({ run }) => gate.admit(10, run))).toEqual([true, true, false]);
  expect([first, second].map(({ begun }) => begun())).toEqual([true, false]);
  first.end();
  await turn();
  expect(second.begun()).toBe(true);
  expect(gate.admit(10, third.run)).toBe(true);
});

it('lets no more bytes wait than it may', () => {
  const gate = new Gate({ running: 1, waiting: 9, waitingBytes: 100 });
  expect([1000, 60, 60, 40].map((bytes) => gate.admit(bytes, work().run))).toEqual([true, true, false, true]);
});

it('says when nothing is in hand any more', async () => {
  const gate = new Gate({ running: 1, waiting: 1, waitingBytes: 100 });
  await gate.idle();
  const [first, second] = [work(), work()];
  for (const { run } of [first, second]) gate.admit(1, run);
  let idle = false;
  const waiting = gate.idle().then(() => (idle = true));
  first.end();
  await turn();
  expect(idle).toBe(false);
  second.end();
  await waiting;
});
