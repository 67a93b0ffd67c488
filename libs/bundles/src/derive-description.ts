/** Descriptions come from the top of a text; nobody puts the first sentence behind this many characters. */
const LOOK_AT = 16 * 1024;
const HEADING = /^#{1,6}[ \t]/;
/** Lists, quotes, tables, HTML and rules are not sentences. */
const NOT_PROSE = /^(?:[-*+>|<]|\d+[.)] |={3}|_{3})/;

/** The lines outside fenced code. */
function proseLines(text: string): string[] {
  let fenced = false;
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    if (/^(?:```|~~~)/.test(trimmed)) {
      fenced = !fenced;
      return [];
    }
    return fenced ? [] : [trimmed];
  });
}

function firstSentence(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line !== '' && !HEADING.test(line) && !NOT_PROSE.test(line));
  if (start === -1) return '';
  const rest = lines.slice(start);
  const blank = rest.findIndex((line) => line === '' || HEADING.test(line));
  const paragraph = rest.slice(0, blank === -1 ? undefined : blank).join(' ');
  const stop = /[.!?](?=\s|$)/.exec(paragraph);
  return stop === null ? paragraph : paragraph.slice(0, stop.index + 1);
}

/**
 * A description for a text that has none: its first heading and the first sentence of its first paragraph, as
 * `Heading: Sentence.`, at most `most` characters long. Undefined where there is neither.
 */
export function deriveDescription(body: string, most: number): string | undefined {
  const lines = proseLines(body.slice(0, LOOK_AT));
  const heading =
    lines
      .find((line) => HEADING.test(line))
      ?.replace(/^#+/, '')
      .trim() ?? '';
  const parts = [heading, firstSentence(lines)].filter((part) => part !== '');
  const plain = parts
    .join(': ')
    .replace(/\*\*|`/g, '')
    .trim();
  return plain === '' ? undefined : [...plain].slice(0, most).join('');
}
