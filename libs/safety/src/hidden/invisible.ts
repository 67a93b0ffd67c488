import type { Document } from '../document';
import type { Finding, Severity } from '../finding';

const BIDI_OVERRIDE = /[\u202A-\u202E\u2066-\u2069]/u;
const TAGS = /[\u{E0000}-\u{E007F}]/u;
/** All that takes no room on the screen. Runs of it are one match. */
const INVISIBLE =
  // eslint-disable-next-line no-misleading-character-class -- each is looked for by itself
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]+/gu;
/** The flags of England, Scotland and Wales are written with tags. */
const FLAG = /\u{1F3F4}[\u{E0061}-\u{E007A}\u{E0030}-\u{E0039}]{2,6}\u{E007F}/gu;
/** What may stand before a variation selector or a joiner: emoji, symbols, digits of key caps, ideographs. */
const TAKES_SELECTOR =
  /[\p{Extended_Pictographic}\p{Emoji}\p{So}\p{Sm}\p{Sc}\p{Sk}\p{Po}\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\u20E3\u2190-\u21FF\u2300-\u27BF]\p{Emoji_Modifier}?$/u;
const JOINING_SCRIPT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Mongolian}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** So many single invisible characters come with text that was copied from a web page. */
const STRAY = 4;

interface Run {
  readonly at: number;
  readonly text: string;
}

const before = (text: string, at: number): string => text.slice(Math.max(at - 8, 0), at);

const lineAround = (text: string, at: number): string =>
  text.slice(Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 200), at + 200).split('\n')[0] ?? '';

/** Whether the run belongs to ordinary writing: emoji, languages that join letters or run from right to left. */
function isOrdinary(text: string, { at, text: run }: Run): boolean {
  const head = before(text, at);
  const next = text.slice(at + run.length, at + run.length + 2);
  const emoji = TAKES_SELECTOR.test(head);
  if (/^[\uFE00-\uFE0F]\u200D?$/u.test(run)) return emoji;
  if (run === '\u200D')
    return (
      (emoji && /^\p{Emoji}/u.test(next)) || JOINING_SCRIPT.test(head.slice(-2)) || JOINING_SCRIPT.test(next)
    );
  // eslint-disable-next-line no-misleading-character-class -- each is looked for by itself
  if (/^[\u200C\u200B\u2060\u17B4\u17B5]$/u.test(run))
    return JOINING_SCRIPT.test(head.slice(-2)) || JOINING_SCRIPT.test(next);
  if (/^[\u{E0100}-\u{E01EF}]$/u.test(run)) return /\p{Script=Han}$/u.test(head);
  if (/^[\u180B-\u180F]+$/u.test(run)) return JOINING_SCRIPT.test(head);
  if (/^[\u200E\u200F\u061C\u2066-\u2069\u202A\u202B\u202C]+$/u.test(run))
    return (
      RIGHT_TO_LEFT.test(lineAround(text, at)) ||
      (/^[\u200E\u200F\u061C]+$/u.test(run) && RIGHT_TO_LEFT.test(text))
    );
  if (/^[\uFEFF]$/u.test(run)) return at === 0;
  if (run === '\u00AD') return true;
  // German prints keep letters of a compound apart by it.
  if (run === '\u200C' || run === '\u2060') return /\p{L}$|\p{N}$/u.test(head) && /^[\p{L}\p{N}]/u.test(next);
  return /^[\u3164\u115F\u1160\uFFA0]$/u.test(run) && JOINING_SCRIPT.test(head + next);
}

function runsOf(text: string): Run[] {
  const flags = new Set<number>();
  for (const flag of text.matchAll(FLAG)) flags.add(flag.index + 2);
  const runs: Run[] = [];
  for (const found of text.matchAll(INVISIBLE)) {
    const run = { at: found.index, text: found[0] };
    if (!flags.has(run.at) && !isOrdinary(text, run)) runs.push(run);
  }
  return runs;
}

const RULES: Record<
  'tag-characters' | 'bidi-control' | 'invisible-text' | 'stray-invisible' | 'control-characters',
  [Severity, string]
> = {
  'tag-characters': ['block', 'Holds text in characters of the tag plane, which only a machine reads.'],
  'bidi-control': ['review', 'Holds characters that change the order in which text is shown.'],
  'invisible-text': [
    'review',
    'Holds invisible characters inside words or in long runs, which can carry text.',
  ],
  'stray-invisible': ['info', 'Holds a few invisible characters.'],
  'control-characters': ['review', 'Holds control characters, which can hide text on a terminal.'],
};

/**
 * Characters that a reader does not see. Those of emoji and of scripts that need them are ordinary; a few stray ones
 * are noted, runs of them and those inside Latin words are not left to chance.
 */
export function scanInvisible(document: Document, text: string): Finding[] {
  const lineOf = lineCounter(text);
  const finding = (rule: keyof typeof RULES, at: number): Finding => ({
    rule,
    layer: 'hidden-text',
    severity: RULES[rule][0],
    file: document.path,
    line: lineOf(at),
    message: RULES[rule][1],
  });
  const findings: Finding[] = [];
  let strays = 0;
  for (const run of runsOf(text)) {
    if (TAGS.test(run.text)) findings.push(finding('tag-characters', run.at));
    else if (BIDI_OVERRIDE.test(run.text)) findings.push(finding('bidi-control', run.at));
    else if (run.text.length >= 6) findings.push(finding('invisible-text', run.at));
    else findings.push(finding(++strays > STRAY ? 'invisible-text' : 'stray-invisible', run.at));
    if (findings.length >= 50) break;
  }
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  const control = /[\x00-\x08\x0B\x0E-\x1F\x7F]/.exec(text);
  return control === null ? findings : [...findings, finding('control-characters', control.index)];
}

/** Lines of rising positions, counted once. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let from = 0;
  return (at) => {
    if (at < from) [line, from] = [1, 0];
    for (let next = text.indexOf('\n', from); next !== -1 && next < at; next = text.indexOf('\n', from)) {
      line++;
      from = next + 1;
    }
    return line;
  };
}
