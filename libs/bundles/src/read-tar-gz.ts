import { createGunzip } from 'node:zlib';
import type { BundleEntry } from './entry';
import { inflate } from './inflate';
import { Intake } from './intake';
import type { BundleLimits } from './limits';
import { BundleProblem } from './problem';
import { printable } from './path';
import { type TarRecord, tarRecords } from './tar-records';

/** Headers, padding and extended headers that tar adds per record; two records per file leave room for directories. */
const OVERHEAD_PER_FILE = 2 * 4 * 1024;

function expand(bytes: Uint8Array, limits: BundleLimits): Promise<Buffer> {
  const most = limits.expandedBytes + limits.files * OVERHEAD_PER_FILE;
  return inflate(createGunzip({ chunkSize: 64 * 1024 }), bytes, (total) => {
    if (total > limits.ratioFloorBytes && total > limits.archiveRatio * bytes.length) {
      throw new BundleProblem('bundle-bomb', `The archive expands more than ${limits.archiveRatio} times.`);
    }
    if (total > most) {
      throw new BundleProblem(
        'bundle-too-large',
        `The archive expands beyond ${limits.expandedBytes} bytes.`,
      );
    }
  });
}

function checkKind({ name, type, content }: TarRecord): 'file' | 'directory' {
  if (type === '0') return 'file';
  const pointer = printable(name);
  if (type === '1' || type === '2') {
    throw new BundleProblem(
      'bundle-link',
      'The entry is a link; only regular files and directories pass.',
      pointer,
    );
  }
  if (type !== '5') {
    const detail =
      'The entry is a device, pipe or other special file; only regular files and directories pass.';
    throw new BundleProblem('bundle-special-file', detail, pointer);
  }
  if (content.length > 0) throw new BundleProblem('bundle-corrupt', 'A directory has content.', pointer);
  return 'directory';
}

/**
 * Reads a gzip-compressed tar: regular files and directories, nothing else. Names and sizes that PAX or GNU headers
 * override are checked as overridden.
 */
export async function readTarGz(bytes: Uint8Array, limits: BundleLimits): Promise<BundleEntry[]> {
  const intake = new Intake(limits);
  const entries: BundleEntry[] = [];
  for (const record of tarRecords(await expand(bytes, limits))) {
    if (checkKind(record) === 'directory') {
      intake.directory(record.name);
    } else {
      const path = intake.file(record.name, record.content.length);
      entries.push({ path, bytes: record.content, executable: (record.mode & 0o111) !== 0 });
    }
  }
  return entries;
}
