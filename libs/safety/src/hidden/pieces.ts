/** A text that a program makes of its literals, and where the first of them stands. */
export interface Pieced {
  /** UTF-16 position in the text given. */
  readonly at: number;
  readonly text: string;
}

const LITERAL = /(["'`])([^"'`\\\n]{1,200})\1/g;
const REVERSES = /\[::-1\]|\.reverse\(|\breversed\(|\bstrrev\(|\|\s*rev\b/;
/** Longer ones are whole secrets, which are seen where they stand. */
const MOST_START = 24;
const LEAST_REVERSED = 20;
const MOST_LITERALS = 1000;

/**
 * What may come of literals that stand one after another, two to four of them, whatever joins them: a plus, a list, a
 * variable each. Where something is turned round, also long literals read from their end.
 */
export function piecesOf(text: string): Pieced[] {
  const literals = [...text.matchAll(LITERAL)].slice(0, MOST_LITERALS);
  const contents = literals.map(([, , content]) => content ?? '');
  const turned = REVERSES.test(text);
  return literals.flatMap(({ index: at }, first) => {
    const [start = ''] = contents.slice(first);
    const joined =
      start.length > MOST_START
        ? []
        : [2, 3, 4]
            .filter((count) => first + count <= contents.length)
            .map((count) => ({ at, text: contents.slice(first, first + count).join('') }));
    const reversed =
      turned && start.length >= LEAST_REVERSED ? [{ at, text: [...start].reverse().join('') }] : [];
    return [...joined, ...reversed];
  });
}
