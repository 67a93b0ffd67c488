import { isUtf8 } from 'node:buffer';

/** A file as text, or undefined where it is binary. */
export interface ReadText {
  readonly text: string;
  readonly utf8: boolean;
}

const UTF16_LE = Buffer.from([0xff, 0xfe]);
const UTF16_BE = Buffer.from([0xfe, 0xff]);

/** Reads UTF-8, UTF-16 with or without its mark, and what else is mostly printable as Latin-1. */
export function readText(bytes: Buffer): ReadText | undefined {
  if (isUtf8(bytes) && !bytes.includes(0)) return { text: bytes.toString('utf8'), utf8: true };
  if (bytes.subarray(0, 2).equals(UTF16_LE))
    return { text: bytes.subarray(2).toString('utf16le'), utf8: false };
  if (bytes.subarray(0, 2).equals(UTF16_BE)) return { text: swapped(bytes.subarray(2)), utf8: false };
  const head = bytes.subarray(0, 8192);
  let zeros = 0;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) zeros++;
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++;
  }
  if (zeros > head.length * 0.35 && controls < head.length * 0.02) {
    return { text: head[0] === 0 ? swapped(bytes) : bytes.toString('utf16le'), utf8: false };
  }
  if (zeros === 0 && controls < head.length * 0.02) return { text: bytes.toString('latin1'), utf8: false };
  // A text with a few stray zero bytes is still a text to every interpreter.
  if (zeros + controls < head.length * 0.02 && isUtf8(bytes))
    return { text: bytes.toString('utf8'), utf8: false };
  return undefined;
}

const swapped = (bytes: Buffer): string =>
  Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');

const RUNS = /[\x20-\x7e\t]{6,}/g;
const WIDE_RUNS = /(?:[\x20-\x7e]\0){6,}/g;

/** The readable strings of a binary file, one to a line; at most 2 MiB of them. */
export function stringsOf(bytes: Buffer): string {
  const latin = bytes.toString('latin1');
  const wide = [...latin.matchAll(WIDE_RUNS)].map(([run]) => run.replaceAll('\0', ''));
  const runs = [...latin.matchAll(RUNS)].map(([run]) => run);
  return [...runs, ...wide].join('\n').slice(0, 2 * 1024 * 1024);
}
