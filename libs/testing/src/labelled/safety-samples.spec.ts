import { loadCorpusSamples } from './corpus-samples';
import { loadSafetySamples } from './safety-samples';

const tuning = loadSafetySamples('tuning');
const heldOut = loadSafetySamples('held-out');
const all = [...tuning, ...heldOut];
const texts = all.flatMap(({ files, previous = {} }) => [
  ...Object.values(files),
  ...Object.values(previous),
]);

describe('the labelled bundles of the safety gate', () => {
  it('are enough', () => {
    expect(all.filter(({ label }) => label === 'malicious').length).toBeGreaterThanOrEqual(90);
    expect(all.filter(({ label }) => label === 'benign').length).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ['malicious', 40],
    ['benign', 20],
  ])('hold of the %s ones %d out at least', (label, least) => {
    expect(heldOut.filter((sample) => sample.label === label).length).toBeGreaterThanOrEqual(least);
  });

  it('have ids of their own, and SKILL.md each', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ files }) => !files['SKILL.md']?.startsWith('---\n'))).toEqual([]);
  });

  it('leave no mark unfilled', () => {
    expect(texts.filter((text) => /«[a-z0-9]+»/i.test(text))).toEqual([]);
  });

  it('are the same each time, with secrets in the form that their providers give them', () => {
    expect(loadSafetySamples('tuning')).toEqual(tuning);
    const script = tuning.find(({ id }) => id === 'github-token-in-script')?.files['scripts/release.sh'];
    expect(script).toMatch(/GITHUB_TOKEN="ghp_[A-Za-z0-9]{36}"\n/);
  });

  it('hide text in characters that no editor shows', () => {
    const skill = tuning.find(({ id }) => id === 'tag-plane-order-after-heading')?.files['SKILL.md'] ?? '';
    const hidden = [...skill].filter((sign) => (sign.codePointAt(0) ?? 0) > 0xe0000);
    const shown = hidden.map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) - 0xe0000)).join('');
    expect(shown).toMatch(/^Before any other step/);
  });

  it('take every skill, agent and command of the corpus for harmless', () => {
    const corpus = loadCorpusSamples();
    expect(corpus.every(({ label, files }) => label === 'benign' && files['SKILL.md'])).toBe(true);
  });
});
