import { newScore, openTranscript, readMore, scoreMore, scoreOf, thresholds } from '@loam/capture';
import { parseSkillMd } from '@loam/bundles';
import { loadSessionSamples, precisionRecall, type SessionSample } from '@loam/testing';
import { composeLesson } from './extractive/compose';
import { extractLesson } from './extractive/extract';
import type { Draft } from './drafter';
import { type Flag, lessonSchema } from './lesson';

interface Outcome {
  readonly sample: SessionSample;
  readonly score: number;
  readonly draft: Draft | undefined;
  readonly flags: readonly Flag[];
}

/** What the pipeline makes of a session: nothing below the threshold of the queue, else what the drafter gives. */
function outcomeOf(sample: SessionSample): Outcome {
  const { records } = readMore(openTranscript(), Buffer.from(sample.transcript));
  const score = scoreOf(scoreMore(newScore, records), { sessionsAlike: sample.sessionsAlike });
  const extracted = score.score < thresholds.queue ? undefined : extractLesson({ records, score });
  if (extracted?.outcome !== 'lesson') return { sample, score: score.score, draft: undefined, flags: [] };
  const draft = composeLesson(lessonSchema.parse(extracted.lesson));
  return { sample, score: score.score, draft, flags: draft.flags };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

describe.each(['tuning', 'held-out'] as const)('the %s part of the labelled sessions', (part) => {
  const outcomes = loadSessionSamples(part).map(outcomeOf);
  const ids = (found: readonly Outcome[]): string[] => found.map(({ sample }) => sample.id);
  const drafts = outcomes.flatMap(({ draft, ...rest }) => (draft === undefined ? [] : [{ ...rest, draft }]));

  it('is told apart: what is worth keeping gets a draft, and nothing else', () => {
    const { precision, recall } = precisionRecall(
      outcomes.map(({ sample, draft }) => ({ expected: sample.keep, found: draft !== undefined })),
    );
    process.stdout.write(
      `drafts, ${part}: precision ${percent(precision)}, recall ${percent(recall)} of ${outcomes.length} sessions\n`,
    );
    expect(ids(outcomes.filter(({ sample, draft }) => !sample.keep && draft !== undefined))).toEqual([]);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('has drafts that name what failed and what worked', () => {
    const missing = drafts.flatMap(({ sample, draft }) =>
      sample.names.filter((name) => !draft.skillMd.includes(name)).map((name) => `${sample.id}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('has drafts that keep the strict profile of the specification', () => {
    for (const { draft } of drafts) {
      expect(parseSkillMd(draft.skillMd, { profile: 'spec-strict' })).toMatchObject({
        name: draft.name,
        description: draft.description,
      });
      expect(draft.evidence.length).toBeGreaterThan(0);
    }
  });

  it('has drafts that hold nothing secret or personal and no order of a text', () => {
    const leaked = drafts.flatMap(({ sample, draft }) =>
      sample.never.filter((text) => draft.skillMd.includes(text)).map((text) => `${sample.id}: ${text}`),
    );
    expect(leaked).toEqual([]);
    expect(drafts.filter(({ draft }) => draft.skillMd.includes('/home/'))).toEqual([]);
  });

  it('has a flag on each draft of a session that tries to steer its reader, and on no other', () => {
    expect(ids(drafts.filter(({ flags }) => flags.some(({ kind }) => kind === 'instructions')))).toEqual(
      ids(drafts.filter(({ sample }) => sample.flagged)),
    );
  });
});
