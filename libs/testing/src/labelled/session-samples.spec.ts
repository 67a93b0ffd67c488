import { loadSessionSamples } from './session-samples';

const tuning = loadSessionSamples('tuning');
const heldOut = loadSessionSamples('held-out');
const all = [...tuning, ...heldOut];

describe('the labelled sessions', () => {
  it('are at least 40, of each class, a third of them held out', () => {
    expect(all.length).toBeGreaterThanOrEqual(40);
    expect(heldOut.length / all.length).toBeGreaterThan(0.3);
    expect(heldOut.length / all.length).toBeLessThan(0.36);
    expect(new Set(heldOut.map((sample) => sample.class))).toEqual(
      new Set(tuning.map((sample) => sample.class)),
    );
  });

  it('have ids of their own', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('name what failed and what worked wherever something failed that is worth keeping', () => {
    const unnamed = all.filter(
      ({ keep, names, transcript }) => keep && names.length < 2 && transcript.includes('Exit'),
    );
    expect(unnamed).toEqual([]);
    expect(all.filter(({ keep, names }) => !keep && names.length > 0)).toEqual([]);
  });

  it('hold what they say must not come out, and leave no mark unfilled', () => {
    for (const { transcript, never } of all) {
      expect(transcript).not.toMatch(/«[a-z]+»/);
      const texts = transcript.replaceAll('\\n', ' ').replace(/\s+/g, ' ');
      for (const secret of never) expect(texts).toContain(secret);
    }
  });
});
