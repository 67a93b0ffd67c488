import type { Prompt, Said, Score, TranscriptRecord } from '@loam/capture';
import { redact, redactAndCut } from '@loam/redaction';
import type { Extracted, Session } from '../drafter';
import { noUsage } from '../drafter';
import { guarded } from '../guard';
import type { Lesson, Step } from '../lesson';
import { supportsOf } from '../support';
import { commandEpisodes, editEpisodes, type Episode, lastEpisode, placesOf } from './episode';
import { type Done, doneIn } from './steps';
import { mainLine, oneLine, tellingLines } from './telling';
import { type Wish, lastWishIn } from './wish';

const MOST_EPISODES = 3;
const LEAST_WORDS = 6;

const nothing = (reason: string): Extracted => ({ outcome: 'nothing', reason, usage: noUsage });

/** The episodes that a signal of the score is about. */
function signalled(episodes: readonly Episode[], { signals }: Score): Episode[] {
  const places = new Set(signals.flatMap(({ records }) => records.map(({ uuid }) => uuid)));
  return episodes.filter(({ failures }) => failures.some(({ call }) => places.has(call.uuid)));
}

/** Whether something was done about it: what passes when it is only run again teaches nothing. */
const wasMended = ({ failures, fixes, passed }: Episode): boolean =>
  fixes.length > 0 ||
  (passed !== undefined && failures.every(({ call }) => call.target !== passed.call.target));

function episodesOf(done: readonly Done[], score: Score, wish: Wish | undefined): Episode[] {
  const retried = new Set(
    score.signals.filter(({ kind }) => kind === 'edit_retry').map(({ evidence }) => evidence),
  );
  const paths = new Set(
    done.flatMap(({ call }) => (retried.has(call.target.slice(-240)) ? [call.target] : [])),
  );
  const commands = commandEpisodes(done).filter(wasMended);
  const found = [...signalled(commands, score), ...editEpisodes(done, paths)];
  if (found.length > 0 || wish === undefined) return found.slice(0, MOST_EPISODES);
  const last = commands.at(-1) ?? lastEpisode(done, wish.at);
  return last === undefined ? [] : [last];
}

const kindOf = ({ is }: Done): Step['kind'] => (is === 'change' ? 'file' : 'command');

function changeOf({ call }: Done): string {
  if (call.change === undefined) return '';
  const marked = (sign: string, text: string): string[] =>
    text === ''
      ? []
      : text
          .split('\n')
          .slice(0, 12)
          .map((line) => `${sign} ${line}`);
  return redactAndCut(
    [...marked('-', call.change.before), ...marked('+', call.change.after)].join('\n'),
    1_500,
  );
}

/** What failed, each once, with the lines that say most. */
function failedSteps(failures: readonly Done[]): Step[] {
  const targets = [...new Set(failures.map(({ call }) => call.target))].filter((target) => target !== '');
  return targets.map((target) => {
    const tries = failures.filter(({ call }) => call.target === target);
    const lines = [...new Set(tries.flatMap(({ text }) => tellingLines(text, 4)))].slice(0, 5);
    const [first] = tries;
    return {
      kind: first === undefined ? 'command' : kindOf(first),
      what: redact(target),
      how: redact(lines.join('\n')),
    };
  });
}

function workedSteps(episodes: readonly Episode[]): Step[] {
  const steps = episodes.flatMap(({ fixes, passed }) => [
    ...fixes,
    ...(passed === undefined ? [] : [passed]),
  ]);
  const told = new Map<string, Step>();
  for (const step of steps) {
    const how = step.is === 'change' ? changeOf(step) : '';
    const key = `${step.call.target}\0${how}`;
    // What passed in the end stands last, however often it ran before.
    told.delete(key);
    if (step.call.target !== '') told.set(key, { kind: kindOf(step), what: redact(step.call.target), how });
  }
  return [...told.values()].slice(-12);
}

/** What the model said right after the end, or the last that it said at all. */
function explanation(records: readonly TranscriptRecord[], episodes: readonly Episode[]): Said | undefined {
  const end = Math.max(0, ...episodes.map(({ passed, fixes }) => (passed ?? fixes.at(-1))?.at ?? 0));
  const said = records.flatMap((record, at) => (record.kind === 'said' ? [{ at, record }] : []));
  return (said.find(({ at }) => at > end) ?? said.at(-1))?.record;
}

const problemOf = (records: readonly TranscriptRecord[], at: number): Prompt | undefined =>
  records.slice(0, at + 1).findLast((record) => record.kind === 'prompt');

function wished(wish: Wish, records: readonly TranscriptRecord[]): Lesson | undefined {
  if (wish.words.split(/\s+/).length < LEAST_WORDS) return undefined;
  const why = records.slice(0, wish.at).findLast((record) => record.kind === 'said');
  return {
    ...{
      title: oneLine(redact(wish.words), 80),
      problem: redactAndCut(wish.words, 4_000),
      failed: [],
      showed: [],
      worked: [],
    },
    ...{ why: why?.kind === 'said' ? redactAndCut(why.text, 2_000) : '', scope: 'general' },
    ...{ evidence: supportsOf(records, [wish.prompt, ...(why === undefined ? [] : [why])]), flags: [] },
  };
}

function lessonOf(records: readonly TranscriptRecord[], episodes: readonly Episode[], wish?: Wish): Lesson {
  const failed = failedSteps(episodes.flatMap(({ failures }) => failures)).slice(0, 8);
  const worked = workedSteps(episodes);
  const [first] = failed;
  const prompt = problemOf(records, episodes[0]?.failures[0]?.at ?? 0);
  const asked = redactAndCut(prompt?.text, 1_000);
  const said = explanation(records, episodes);
  const told = [wish?.prompt, prompt, said].filter((record) => record !== undefined);
  // The wish may be in the very words that say what the problem is.
  const also = asked !== '' && redact(wish?.prompt.text).startsWith(asked) ? '' : redact(wish?.words);
  const looks = episodes.flatMap(({ showed }) => showed.map(({ call }) => redact(call.target)));
  return {
    title: oneLine(`When ${first?.what ?? 'it'} fails: ${mainLine(first?.how ?? '')}`, 160),
    problem: [asked, also]
      .filter((text) => text !== '')
      .join('\n\n')
      .slice(0, 4_000),
    ...{
      failed,
      showed: [...new Set(looks)].slice(-4),
      worked,
      why: redactAndCut(said?.text, 2_000),
      scope: 'tool',
    },
    flags: [],
    evidence: supportsOf(records, [...told, ...episodes.flatMap(placesOf)]),
  };
}

function lessonIn(records: readonly TranscriptRecord[], score: Score): Lesson | string {
  const done = doneIn(records);
  const wish = lastWishIn(records);
  const episodes = episodesOf(done, score, wish);
  if (episodes.length > 0) return lessonOf(records, episodes, wish);
  if (wish === undefined) return 'Nothing that failed was overcome by something that was done about it.';
  return wished(wish, records) ?? 'Somebody asked to keep something, and the session does not hold it.';
}

/**
 * Finds the lesson of a session without a model: what failed, and what was done until it passed. Pure. Only what a signal of
 * the score is about counts, or what a person asked to keep.
 */
export function extractLesson({ records, score }: Session): Extracted {
  const safe = guarded(records);
  const lesson = lessonIn(safe.records, score);
  if (typeof lesson === 'string') return nothing(lesson);
  return { outcome: 'lesson', lesson: { ...lesson, flags: safe.flags }, usage: noUsage };
}
