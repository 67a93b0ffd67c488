import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Places } from './places';

/** Of the file that hooks append to, in bytes; as much again may wait to be sent. */
export const MOST_SPOOLED = 32 * 1024 * 1024;

const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;

/** Opens for appending, in a folder that is made where it is missing. */
function openToAppend(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch {
    mkdirSync(dirname(file), PRIVATE_FOLDER);
    return openSync(file, 'a', 0o600);
  }
}

/** Writes a private file, in a folder that is made where it is missing. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(dirname(file), PRIVATE_FOLDER);
  writeFileSync(file, text, { mode: 0o600 });
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/**
 * Appends a line for each, of however many sessions at once: one write with O_APPEND is not torn by another. It is not
 * synced; what a power cut takes is lost. A full spool drops what is new and counts it.
 *
 * The sender renames the file before it reads it. A line that was written just then may have been written too late, so
 * it is written again to the new file; its event id is the same, and counts once. The first line break keeps the line
 * apart from one that a full disk cut off.
 */
export function append(places: Places, records: readonly object[]): 'kept' | 'full' {
  const line = Buffer.from(`\n${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
  for (;;) {
    const file = openToAppend(places.current);
    try {
      const { ino, size } = fstatSync(file);
      if (size + line.length > MOST_SPOOLED) {
        countLoss(places.dropped, new Date());
        return 'full';
      }
      writeSync(file, line);
      if (inodeOf(places.current) === ino) return 'kept';
    } finally {
      closeSync(file);
    }
  }
}

/** Losses are told for so long, in ms. */
const TOLD_MS = 7 * 24 * 3_600_000;

/** How often something was lost, and when last; nothing where that was more than seven days ago. */
export interface Loss {
  readonly count: number;
  readonly at: string | null;
}

export function lossOf(file: string, now: Date): Loss {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || now.getTime() - stats.mtimeMs > TOLD_MS) return { count: 0, at: null };
  return { count: stats.size, at: stats.mtime.toISOString() };
}

/** Counts that something was not kept: a byte for each, from the start again where the last is long ago. */
export function countLoss(file: string, now: Date): void {
  if (lossOf(file, now).count === 0) return writePrivately(file, '.');
  const opened = openToAppend(file);
  writeSync(opened, '.');
  closeSync(opened);
}

export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The files that wait to be sent, oldest first. */
export function sealed({ spool }: Places): string[] {
  try {
    return readdirSync(spool)
      .filter((name) => /^\d+-.*\.jsonl$/.test(name))
      .sort()
      .map((name) => join(spool, name));
  } catch {
    return [];
  }
}

/** Takes what was appended so far aside, unless so much waits already; from now on hooks append to a new file. */
export function seal(places: Places): void {
  const waiting = sealed(places).reduce((sum, file) => sum + sizeOf(file), 0);
  if (sizeOf(places.current) === 0 || waiting >= MOST_SPOOLED) return;
  renameSync(places.current, join(places.spool, `${Date.now()}-${randomBytes(4).toString('hex')}.jsonl`));
}

/** The lines of a sealed file. */
export const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Leaves of a sealed file only what is still to be sent, in one move. */
export function keepOnly(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return unlinkSync(file);
  writeFileSync(`${file}.rest`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  renameSync(`${file}.rest`, file);
}
