import { stem } from './stem';
import { wordsOf, type Word } from './words';

/** A part of an item's text that shows why it was found: plain text, and where in it the words are. */
export interface Snippet {
  readonly field: string;
  readonly text: string;
  /** Pairs of beginning and end in `text`, in UTF-16 units, in order and apart from each other. */
  readonly highlights: readonly (readonly [start: number, end: number])[];
}

export interface SnippetField {
  readonly field: string;
  readonly text: string;
}

const LENGTH = 240;

interface Spotted extends SnippetField {
  readonly words: readonly Word[];
}

/** The part of so many characters that holds most of the words, beginning at a word. */
function bestStart(words: readonly Word[]): number {
  let best = { count: 0, start: 0 };
  for (let first = 0, last = 0; first < words.length; first += 1) {
    const start = words[first]?.start ?? 0;
    while (last < words.length && (words[last]?.end ?? 0) <= start + LENGTH) last += 1;
    if (last - first > best.count) best = { count: last - first, start };
  }
  return best.start;
}

/** Not between the two halves of a character. */
const between = (text: string, at: number): number =>
  /[\uDC00-\uDFFF]/.test(text.charAt(at)) && at > 0 ? at - 1 : at;

/** From a little before the best start, and from a word's beginning to a word's end, where there are blanks. */
function windowOf({ text, words }: Spotted): { readonly from: number; readonly to: number } {
  const first = text.length - text.trimStart().length;
  const last = text.trimEnd().length;
  if (last - first <= LENGTH * 1.3) return { from: first, to: Math.max(first, last) };
  const start = bestStart(words);
  const roomy = Math.max(first, Math.min(start - 40, last - LENGTH));
  const begins = roomy === first ? first : text.indexOf(' ', roomy) + 1;
  const from = between(text, begins > 0 && begins <= start ? begins : Math.max(first, start));
  const ends = text.lastIndexOf(' ', from + LENGTH);
  const to = from + LENGTH >= last ? last : between(text, ends > from ? ends : from + LENGTH);
  return { from, to };
}

/** Where the words stand, moved by so much; what touches is one. */
function marksOf(words: readonly Word[], by: number): [number, number][] {
  const marks: [number, number][] = [];
  for (const { start, end } of words) {
    const last = marks.at(-1);
    if (last !== undefined && start + by <= last[1]) last[1] = Math.max(last[1], end + by);
    else marks.push([start + by, end + by]);
  }
  return marks;
}

function cut(spotted: Spotted): Snippet {
  const { field, text, words } = spotted;
  const { from, to } = windowOf(spotted);
  const before = text.slice(0, from).trim() === '' ? '' : '… ';
  const after = text.slice(to).trim() === '' ? '' : ' …';
  const shown = words.filter(({ start, end }) => start >= from && end <= to);
  return {
    field,
    text: before + text.slice(from, to).replace(/\s/g, ' ') + after,
    highlights: marksOf(shown, before.length - from),
  };
}

/**
 * The snippet from the field that holds the most of the words that were looked for, an earlier field before a later
 * one; without any, the beginning of the first field.
 * @param stems as `Found` tells them
 * @returns also the fields that hold any of the words
 */
export function snippetOf(
  fields: readonly SnippetField[],
  stems: ReadonlySet<string>,
): { readonly snippet: Snippet; readonly matched: readonly string[] } {
  const spotted = fields.map(({ field, text }): Spotted & { readonly distinct: number } => {
    const words: Word[] = [];
    const met = new Set<string>();
    for (const each of wordsOf(text)) {
      const root = stem(each.word);
      if (!stems.has(root)) continue;
      words.push(each);
      met.add(root);
    }
    return { field, text, words, distinct: met.size };
  });
  const [first = { field: '', text: '', words: [], distinct: 0 }, ...others] = spotted;
  const best = others.reduce((a, b) => (b.distinct > a.distinct ? b : a), first);
  return {
    snippet: cut(best),
    matched: spotted.filter(({ words }) => words.length > 0).map(({ field }) => field),
  };
}
