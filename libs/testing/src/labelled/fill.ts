import { createHash } from 'node:crypto';
import { z } from 'zod';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const ALPHABETS = {
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  base32: `${UPPER}234567`,
  alpha: UPPER + LOWER,
  alnum: UPPER + LOWER + DIGITS,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
};

const pieceSchema = z.union([
  z.string(),
  z.strictObject({
    random: z.int().positive(),
    of: z.enum(['digits', 'hex', 'base32', 'alpha', 'alnum', 'base64']),
  }),
  z.strictObject({ base64: z.string() }),
  z.strictObject({ tags: z.string() }),
  z.strictObject({ zeroWidth: z.string() }),
]);
type Piece = z.output<typeof pieceSchema>;

/**
 * What stands for the marks («name») of a sample's texts: secrets in pieces, so that the repository holds none in
 * clear, and characters that an editor would lose.
 */
export const fillSchema = z.record(z.string(), z.union([z.string(), z.array(pieceSchema)]));

/** The same characters for the same seed, on every machine. */
function random(length: number, alphabet: string, seed: string): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const bytes = createHash('sha256').update(`${seed}/${block}`).digest();
    for (const byte of bytes) text += alphabet.charAt(byte % alphabet.length);
  }
  return text.slice(0, length);
}

const asTags = (text: string) =>
  [...text].map((sign) => String.fromCodePoint(0xe0000 + (sign.codePointAt(0) ?? 0))).join('');

const asZeroWidth = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .replaceAll('0', '\u200b')
    .replaceAll('1', '\u200c');

function write(piece: Piece, seed: string): string {
  if (typeof piece === 'string') return piece;
  if ('random' in piece) return random(piece.random, ALPHABETS[piece.of], seed);
  if ('base64' in piece) return Buffer.from(piece.base64).toString('base64');
  if ('tags' in piece) return asTags(piece.tags);
  return asZeroWidth(piece.zeroWidth);
}

/** Puts the filling in the place of the marks of `text`; a mark without filling stays, since « is also a quote. */
export function filled(text: string, fill: z.output<typeof fillSchema>, seed: string): string {
  return text.replace(/«([a-z0-9]+)»/giu, (mark, name: string) => {
    const pieces = fill[name];
    if (pieces === undefined) return mark;
    if (typeof pieces === 'string') return pieces;
    return pieces.map((piece, index) => write(piece, `${seed}/${name}/${index}`)).join('');
  });
}
