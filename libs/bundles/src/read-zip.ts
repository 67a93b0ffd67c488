import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromBuffer } from 'yauzl';
import type { BundleEntry } from './entry';
import { asProblem, inflate } from './inflate';
import { Intake } from './intake';
import type { BundleLimits } from './limits';
import { decodeName, printable } from './path';
import { BundleProblem } from './problem';
import { checkFeatures, checkLayout, rawName, type ZipRecord } from './zip-layout';

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const SYMLINK = 0o120000;

interface Central {
  readonly entries: Entry[];
  readonly commentLength: number;
}

function readCentral(zip: Buffer, limits: BundleLimits): Promise<Central> {
  return new Promise((resolve, reject) => {
    // Names stay bytes: the library would guess at their encoding.
    fromBuffer(zip, { lazyEntries: true, decodeStrings: false }, (error, file) => {
      if (error) {
        reject(asProblem(error));
        return;
      }
      if (file.entryCount > 2 * limits.files) {
        const detail = `The archive lists ${file.entryCount} entries; a bundle holds at most ${limits.files} files.`;
        reject(new BundleProblem('bundle-too-many-entries', detail));
        return;
      }
      const entries: Entry[] = [];
      file.on('entry', (entry: Entry) => {
        entries.push(entry);
        file.readEntry();
      });
      file.on('end', () => {
        resolve({ entries, commentLength: file.comment.length });
      });
      file.on('error', (fault: Error) => {
        const encrypted = fault.message.includes('encryption');
        reject(
          encrypted ? new BundleProblem('bundle-encrypted', 'An entry is encrypted.') : asProblem(fault),
        );
      });
      file.readEntry();
    });
  });
}

function isDirectory(entry: Entry, name: string): boolean {
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  const directory = name.endsWith('/');
  if (type === SYMLINK)
    throw new BundleProblem('bundle-link', 'The entry is a symbolic link.', printable(name));
  if (type !== 0 && type !== REGULAR && type !== DIRECTORY) {
    throw new BundleProblem('bundle-special-file', 'The entry is a device, pipe or socket.', printable(name));
  }
  if ((type !== 0 && directory !== (type === DIRECTORY)) || (directory && entry.uncompressedSize > 0)) {
    const detail = 'The entry is a directory by one account and a file by another.';
    throw new BundleProblem('bundle-corrupt', detail, printable(name));
  }
  return directory;
}

/** The sizes stated; content that is not what its header states is refused when it is expanded. */
function checkRatios(zip: Buffer, entries: readonly Entry[], limits: BundleLimits): void {
  const check = (compressed: number, expanded: number, most: number, name?: string): void => {
    if (expanded <= limits.ratioFloorBytes || expanded <= most * compressed) return;
    throw new BundleProblem('bundle-bomb', `The content expands more than ${most} times.`, name);
  };
  for (const entry of entries) {
    check(
      entry.compressedSize,
      entry.uncompressedSize,
      limits.entryRatio,
      printable(decodeName(rawName(entry))),
    );
  }
  const expanded = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  check(zip.length, expanded, limits.archiveRatio);
}

async function expand({ entry, name, content }: ZipRecord): Promise<Buffer> {
  const lie = (): BundleProblem =>
    new BundleProblem('bundle-corrupt', 'The content does not have the size or checksum stated.', name);
  const guard = (total: number): void => {
    if (total > entry.uncompressedSize) throw lie();
  };
  const bytes = entry.compressionMethod === 0 ? content : await inflate(createInflateRaw(), content, guard);
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32) throw lie();
  return bytes;
}

/** Reads a zip: stored or deflated regular files and directories, laid out so that no two readers can disagree. */
export async function readZip(bytes: Uint8Array, limits: BundleLimits): Promise<BundleEntry[]> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { entries, commentLength } = await readCentral(zip, limits);
  const intake = new Intake(limits);
  const paths = new Map<Entry, string>();
  const named = entries.map((entry) => {
    const name = decodeName(rawName(entry));
    checkFeatures(entry, printable(name));
    if (isDirectory(entry, name)) intake.directory(name);
    else paths.set(entry, intake.file(name, entry.uncompressedSize));
    return { entry, name: printable(name) };
  });
  checkRatios(zip, entries, limits);
  const files: BundleEntry[] = [];
  for (const record of checkLayout(zip, named, commentLength)) {
    const path = paths.get(record.entry);
    const content = await expand(record);
    const executable = ((record.entry.externalFileAttributes >>> 16) & 0o111) !== 0;
    if (path !== undefined) files.push({ path, bytes: content, executable });
  }
  return files;
}
