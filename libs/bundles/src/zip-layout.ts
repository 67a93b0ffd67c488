import type { Entry } from 'yauzl';
import { BundleProblem } from './problem';

const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 46;
const END_RECORD = 22;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const ZIP64_EXTRA = 0x0001;
const UNICODE_PATH_EXTRA = 0x7075;
/** Compression level hints, data descriptor, UTF-8 names. */
const KNOWN_FLAGS = 0x0002 | 0x0004 | 0x0008 | 0x0800;
const DESCRIPTOR_FLAG = 0x0008;

/** One record of the central directory with the name as written, and where its content stands. */
export interface ZipRecord {
  readonly entry: Entry;
  readonly name: string;
  readonly content: Buffer;
}

const corrupt = (detail: string, name?: string): BundleProblem =>
  new BundleProblem('bundle-corrupt', detail, name);

/** The library keeps the name as written beside the decoded one, but its types do not say so. */
export function rawName(entry: Entry): Buffer {
  if ('fileNameRaw' in entry && Buffer.isBuffer(entry.fileNameRaw)) return entry.fileNameRaw;
  throw corrupt('An entry has no name.');
}

/** What an entry says of itself in the central directory, before any of its content is looked at. */
export function checkFeatures(entry: Entry, name: string): void {
  const refuse = (detail: string): BundleProblem => new BundleProblem('bundle-unsupported', detail, name);
  if (entry.isEncrypted()) throw new BundleProblem('bundle-encrypted', 'The entry is encrypted.', name);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refuse(
      `The compression method is ${entry.compressionMethod}; only store and deflate are accepted.`,
    );
  }
  if ((entry.generalPurposeBitFlag & ~KNOWN_FLAGS) !== 0)
    throw refuse('The entry uses an unknown feature flag.');
  for (const { id, data } of entry.extraFields) {
    if (id === ZIP64_EXTRA) throw refuse('The entry uses zip64, which nothing of an accepted size needs.');
    if (id === UNICODE_PATH_EXTRA && !data.subarray(5).equals(rawName(entry))) {
      throw corrupt('The entry has two different names.', name);
    }
  }
}

/** The bytes of a data descriptor that repeats what the central directory says: with or without its signature. */
function descriptorLength(zip: Buffer, at: number, entry: Entry): number | undefined {
  const says = (start: number): boolean =>
    start + 12 <= zip.length &&
    zip.readUInt32LE(start) === entry.crc32 &&
    zip.readUInt32LE(start + 4) === entry.compressedSize &&
    zip.readUInt32LE(start + 8) === entry.uncompressedSize;
  if (at + 4 <= zip.length && zip.readUInt32LE(at) === DESCRIPTOR_SIGNATURE && says(at + 4)) return 16;
  return says(at) ? 12 : undefined;
}

function sameFields(zip: Buffer, at: number, entry: Entry): boolean {
  const fields = [zip.readUInt32LE(at + 14), zip.readUInt32LE(at + 18), zip.readUInt32LE(at + 22)];
  const central = [entry.crc32, entry.compressedSize, entry.uncompressedSize];
  const described = (entry.generalPurposeBitFlag & DESCRIPTOR_FLAG) !== 0;
  return fields.every((field, index) => field === central[index] || (described && field === 0));
}

/** Compares a local header with its central record; answers with the content's bounds and the next record's start. */
function checkLocal(
  zip: Buffer,
  at: number,
  entry: Entry,
  name: string,
): { start: number; end: number; next: number } {
  if (at + LOCAL_HEADER > zip.length || zip.readUInt32LE(at) !== 0x04034b50) {
    throw corrupt('The entry has no local header.', name);
  }
  const nameEnd = at + LOCAL_HEADER + zip.readUInt16LE(at + 26);
  const agrees =
    zip.readUInt16LE(at + 6) === entry.generalPurposeBitFlag &&
    zip.readUInt16LE(at + 8) === entry.compressionMethod &&
    zip.subarray(at + LOCAL_HEADER, nameEnd).equals(rawName(entry)) &&
    sameFields(zip, at, entry);
  if (!agrees) throw corrupt('The local header contradicts the central directory.', name);
  const start = nameEnd + zip.readUInt16LE(at + 28);
  const end = start + entry.compressedSize;
  if (end > zip.length) throw corrupt('The entry reaches beyond the archive.', name);
  if ((entry.generalPurposeBitFlag & DESCRIPTOR_FLAG) === 0) return { start, end, next: end };
  const described = descriptorLength(zip, end, entry);
  if (described === undefined) throw corrupt('The data descriptor contradicts the central directory.', name);
  return { start, end, next: end + described };
}

/**
 * Requires that the archive is exactly its entries, one behind the other from the first byte, then the central
 * directory, then the end record: no overlap, no gap, nothing before, nothing between. An archive of this shape is
 * the same archive to readers that start at the front and to those that start at the end.
 */
export function checkLayout(
  zip: Buffer,
  named: readonly { readonly entry: Entry; readonly name: string }[],
  commentLength: number,
): ZipRecord[] {
  const inOrder = [...named].sort(
    (a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader,
  );
  let cursor = 0;
  const records = inOrder.map(({ entry, name }) => {
    if (entry.relativeOffsetOfLocalHeader !== cursor) throw corrupt('Entries overlap or leave a gap.', name);
    const { start, end, next } = checkLocal(zip, cursor, entry, name);
    cursor = next;
    return { entry, name, content: zip.subarray(start, end) };
  });
  const central = named.reduce(
    (sum, { entry }) =>
      sum + CENTRAL_HEADER + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength,
    0,
  );
  const endRecord = zip.length - END_RECORD - commentLength;
  if (cursor + central !== endRecord || zip.readUInt32LE(endRecord + 16) !== cursor) {
    throw corrupt('The central directory does not stand between the last entry and the end record.');
  }
  return records;
}
