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

/** A little before the first word, from a word's beginning. */
function roomBefore(text: string, start: number, length: number): number {
  const from = Math.max(0, Math.min(start - 40, text.length - length));
  if (from === 0) return 0;
  const blank = text.indexOf(' ', from);
  return blank >= 0 && blank < start ? blank + 1 : start;
}

function cut({ field, text, words }: Spotted): Snippet {
  const whole = text.length <= LENGTH * 1.3;
  const from = whole ? 0 : roomBefore(text, bestStart(words), LENGTH);
  const blank = text.lastIndexOf(' ', from + LENGTH);
  const to = whole || from + LENGTH >= text.length ? text.length : blank > from ? blank : from + LENGTH;
  const before = from > 0 ? '… ' : '';
  const after = to < text.length ? ' …' : '';
  const highlights: [number, number][] = [];
  for (const { start, end } of words) {
    if (start < from || end > to) continue;
    const [a, b] = [start - from + before.length, end - from + before.length];
    const last = highlights.at(-1);
    if (last !== undefined && a <= last[1]) last[1] = Math.max(last[1], b);
    else highlights.push([a, b]);
  }
  return { field, text: before + text.slice(from, to).replace(/[\n\r\t]/g, ' ') + after, highlights };
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
