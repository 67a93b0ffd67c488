/**
 * A text from outside, fit for a terminal: line breaks become blanks, and characters that steer a terminal or reorder
 * what is seen are dropped.
 */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '');

/** The same for a text of several lines, whose breaks and tabs stay. */
export const printable = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '');

const lengthOf = (text: string): number => [...text].length;

const cut = (text: string, width: number): string =>
  lengthOf(text) <= width ? text : `${[...text].slice(0, Math.max(width - 1, 0)).join('')}…`;

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(width - lengthOf(text), 0));

/** Columns of numbers stand to the right. */
const isFigure = (text: string): boolean => /^\d[\d,]*(?:\.\d+)?$/.test(text);

/**
 * Columns of plain text, two blanks apart, without blanks at line ends.
 * @param width how many characters a line may have; the last column is cut to fit
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const lines = [headings, ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => lengthOf(line[column] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const last = headings.length - 1;
  const figures = headings.map((_, column) => rows.every((row) => isFigure(row[column] ?? '')));
  const cell = (text: string, column: number): string => {
    const most = widths[column] ?? 0;
    if (figures[column] === true) return text.padStart(most);
    return column === last ? cut(text, Math.max(width - before, 8)) : padded(text, most);
  };
  return lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n');
}

const SIZES = ['bytes', 'KiB', 'MiB'] as const;

/** A number of bytes for people. */
export function size(bytes: number): string {
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const value = bytes / 1024 ** step;
  return `${step === 0 ? String(value) : value.toFixed(1)} ${SIZES[step]}`;
}

/** A moment as people read it, in UTC, to the minute. */
export const moment = (iso: string | null): string =>
  iso === null ? 'never' : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
