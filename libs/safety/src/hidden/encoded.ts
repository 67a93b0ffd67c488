import RE2 from 're2';

const BASE64 = /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{4}){7,}[A-Za-z0-9+/_-]{0,3}={0,2}/g;
const WRAPPED = /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}\r?\n){2,}[A-Za-z0-9+/]{1,76}={0,2}/g;
const HEX = /(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){24,}/g;
const ESCAPED = /(?:\\x[0-9a-fA-F]{2}){12,}/g;
const PERCENT = /(?:%[0-9a-fA-F]{2}[\w.~-]{0,14}){6,}/g;
const ENTITIES = /(?:&#(?:x[0-9a-fA-F]{1,5}|\d{1,6});){8,}/g;
const CODES = /(?:\b\d{2,3}\s{0,2},\s{0,2}){12,}\d{2,3}/g;
/** Runs looked at in one file. */
const MOST_RUNS = 200;

/** A text that stood encoded in another. */
export interface Decoded {
  /** UTF-16 or byte position of the run, as in the text given. */
  readonly at: number;
  readonly bytes: Buffer;
  /** How many characters the run has. */
  readonly length: number;
}

/** What every run of base64 and hex begins with: one quick look saves three slow ones in a text that has none. */
const LONG = new RE2('[A-Za-z0-9+/_-]{28}');
const OF_LONG: readonly RegExp[] = [WRAPPED, BASE64, HEX];

const DECODERS: readonly [RegExp, (run: string) => Buffer][] = [
  [WRAPPED, (run) => Buffer.from(run.replace(/\s/g, ''), 'base64')],
  [BASE64, (run) => Buffer.from(run, 'base64')],
  [HEX, (run) => Buffer.from(run, 'hex')],
  [ESCAPED, (run) => Buffer.from(run.replaceAll('\\x', ''), 'hex')],
  [
    PERCENT,
    (run) =>
      Buffer.from(
        run.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ),
  ],
  [
    ENTITIES,
    (run) =>
      Buffer.from(
        run.replace(/&#(x?)([0-9a-fA-F]+);/g, (_all, x: string, code: string) =>
          codePoint(parseInt(code, x === '' ? 10 : 16)),
        ),
      ),
  ],
  [CODES, (run) => Buffer.from(run.split(',').map(Number))],
];

const codePoint = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** Whether the bytes read as text of some language: nearly all printable, and with blanks or marks of code in it. */
export function isReadable(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  let printable = 0;
  for (const byte of bytes.subarray(0, 4096))
    if ((byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13) printable++;
  return printable / Math.min(bytes.length, 4096) > 0.9;
}

/** What stands in base64, hex, escapes, percent and entity codes or lists of codes, as bytes. */
export function decodedRuns(text: string): Decoded[] {
  const found: Decoded[] = [];
  const hasLong = LONG.test(text);
  for (const [pattern, decode] of DECODERS) {
    if (!hasLong && OF_LONG.includes(pattern)) continue;
    for (const run of text.matchAll(pattern)) {
      if (found.length >= MOST_RUNS) return found;
      found.push({ at: run.index, bytes: decode(run[0]), length: run[0].length });
    }
  }
  return found;
}
