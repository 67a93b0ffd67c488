import { decodeName, printable } from './path';
import { BundleProblem } from './problem';
import { type Overrides, readLongName, readPax } from './tar-extended';

const BLOCK = 512;

/** One record of a tar, with what extended headers said of it applied. */
export interface TarRecord {
  readonly name: string;
  /** The type flag: `0` file, `1` and `2` links, `5` directory, and so on. */
  readonly type: string;
  readonly mode: number;
  readonly content: Buffer;
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;
const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
const corrupt = (detail: string, pointer?: string): BundleProblem =>
  new BundleProblem('bundle-corrupt', detail, pointer);

/** An octal field. The binary form of it is for sizes that are far beyond any limit here. */
function octal(header: Buffer, at: number, length: number): number {
  const digits = /^ *([0-7]+)[\0 ]*$/.exec(header.toString('latin1', at, at + length))?.[1];
  if (digits === undefined) throw corrupt('A header has a number that is not octal.');
  return Number.parseInt(digits, 8);
}

/** The text of a field. A NUL ends it for one reader and is a part of it for another: behind it only more may stand. */
function field(header: Buffer, at: number, length: number): Buffer {
  const bytes = header.subarray(at, at + length);
  const nul = bytes.indexOf(0);
  if (nul === -1) return bytes;
  if (isZero(bytes.subarray(nul))) return bytes.subarray(0, nul);
  const shown = printable(bytes.toString('utf8').replace(/\0+$/, ''));
  throw new BundleProblem('bundle-path-unsafe', 'The path has a control or invisible character.', shown);
}

function checkHeader(header: Buffer): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== octal(header, 148, 8)) throw corrupt('A header does not have the checksum that it states.');
  if (header.toString('latin1', 257, 262) !== 'ustar')
    throw corrupt('A header is not in a known tar format.');
}

function ownName(header: Buffer): Buffer {
  const name = field(header, 0, 100);
  // GNU headers keep times where POSIX headers keep the front of a long name.
  const posix = header[262] === 0;
  const prefix = posix ? field(header, 345, 155) : Buffer.alloc(0);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

/** What an extended header says of the record that follows; undefined for a record of its own. */
function overridesOf(type: string, content: Buffer): Overrides | undefined {
  if (type === 'x' || type === 'g') return readPax(content, type === 'g');
  if (type === 'L') return readLongName(content);
  return type === 'K' ? {} : undefined;
}

function merge(before: Overrides, next: Overrides): Overrides {
  if (before.name !== undefined && next.name !== undefined && !before.name.equals(next.name)) {
    throw corrupt('Two extended headers name one entry differently.');
  }
  return { ...before, ...next };
}

function contentOf(tar: Buffer, start: number, size: number): Buffer {
  if (start + size > tar.length) throw corrupt('An entry reaches beyond the end of the archive.');
  return tar.subarray(start, start + size);
}

/**
 * The records of a tar, in order. Written here, and strictly, because a lenient reader is the danger: the one that
 * writes our archives waits for ever on a size it cannot decode, skips end marks and ignores global headers, so that
 * it would see another archive than the program that unpacks it.
 */
export function* tarRecords(tar: Buffer): Generator<TarRecord> {
  let overrides: Overrides = {};
  let at = 0;
  for (;;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw corrupt('The archive ends without an end mark.');
    if (isZero(header)) break;
    checkHeader(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const ownSize = octal(header, 124, 12);
    const extended = overridesOf(type, contentOf(tar, at + BLOCK, ownSize));
    if (extended === undefined) {
      const content = contentOf(tar, at + BLOCK, overrides.size ?? ownSize);
      const name = decodeName(overrides.name ?? ownName(header));
      yield { name, type: type === '\0' ? '0' : type, mode: octal(header, 100, 8), content };
      at += BLOCK + padded(content.length);
      overrides = {};
    } else {
      overrides = merge(overrides, extended);
      at += BLOCK + padded(ownSize);
    }
  }
  if (!isZero(tar.subarray(at))) throw corrupt('There are bytes behind the end of the archive.');
}
