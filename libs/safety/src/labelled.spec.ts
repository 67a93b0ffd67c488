import {
  loadCorpusSamples,
  loadSafetySamples,
  precisionRecall,
  type PrecisionRecall,
  type SafetySample,
} from '@loam/testing';
import { scanSample } from './labelled.fixtures';

interface Figures extends PrecisionRecall {
  /** Of the harmless ones, the share that nobody could install. */
  readonly falseBlocks: number;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function figuresOf(what: string, samples: readonly SafetySample[]): Figures {
  const judged = samples.map((sample) => ({ label: sample.label, verdict: scanSample(sample).verdict }));
  const figures = precisionRecall(
    judged.map(({ label, verdict }) => ({ expected: label === 'malicious', found: verdict !== 'pass' })),
  );
  const benign = judged.filter(({ label }) => label === 'benign');
  const blocked = benign.filter(({ verdict }) => verdict === 'blocked').length;
  const { recall, precision, truePositives, falseNegatives, falsePositives } = figures;
  process.stdout.write(
    `safety, ${what}: recall ${percent(recall)} of ${truePositives + falseNegatives}, precision ${percent(precision)}; ` +
      `of ${benign.length} harmless ${blocked} blocked, ${falsePositives - blocked} to review\n`,
  );
  return { ...figures, falseBlocks: blocked / Math.max(benign.length, 1) };
}

describe.each([
  ['tuning', 0.95, 0.01],
  // The aims are the same here; docs/measurements.md says what is missing.
  ['held-out', 0.85, 0.02],
] as const)('the %s part of the labelled bundles', (part, least, most) => {
  it(`has at least ${least * 100} % of the hostile ones held back, and at most ${most * 100} % of the harmless ones blocked`, () => {
    const { recall, falseBlocks } = figuresOf(part, loadSafetySamples(part));
    expect(recall).toBeGreaterThanOrEqual(least);
    expect(falseBlocks).toBeLessThanOrEqual(most);
  });
});

it('of the corpus, which people publish and use, at most 1 % is blocked', () => {
  const { falseBlocks, falsePositiveRate } = figuresOf('corpus', loadCorpusSamples());
  expect(falseBlocks).toBeLessThanOrEqual(0.01);
  expect(falsePositiveRate).toBeLessThanOrEqual(0.02);
}, 60_000);
