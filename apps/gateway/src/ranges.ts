/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a header asks for at most; who asks for more gets the whole, as RFC 9110 14.2 allows. */
const MOST_RANGES = 16;
const LONGEST = 1024;
const RANGES = /^bytes=([\s\d,-]+)$/i;
const RANGE = /^(\d*)-(\d*)$/;

/** The last so many bytes; `null` for none of them. */
const suffixOf = (length: number, size: number): ByteRange | null =>
  length === 0 || size === 0 ? null : { start: Math.max(0, size - length), end: size - 1 };

/** The part of `size` bytes that one range means; `null` where it lies beyond them. @throws where it is no range */
function rangeOf(text: string, size: number): ByteRange | null {
  const [, first = '', last = ''] = RANGE.exec(text) ?? [];
  if (first === '' && last === '') throw new SyntaxError('no range');
  if (first === '') return suffixOf(Number(last), size);
  const [start, end] = [Number(first), last === '' ? Infinity : Number(last)];
  if (end < start) throw new SyntaxError('ends before it starts');
  return start >= size ? null : { start, end: Math.min(end, size - 1) };
}

/**
 * What a `Range` header means for a body of so many bytes (RFC 9110 14.1.2 and 14.2): `whole` where it says nothing
 * that can be understood or asks for more than there is in all, an empty list where none of it is there (416).
 */
export function selectRanges(header: string | undefined, size: number): 'whole' | readonly ByteRange[] {
  const [, list] = header === undefined || header.length > LONGEST ? [] : (RANGES.exec(header) ?? []);
  if (list === undefined) return 'whole';
  const parts = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0 || parts.length > MOST_RANGES) return 'whole';
  try {
    const ranges = parts.map((part) => rangeOf(part, size)).filter((range) => range !== null);
    const asked = ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
    return asked > size ? 'whole' : ranges;
  } catch {
    return 'whole';
  }
}
