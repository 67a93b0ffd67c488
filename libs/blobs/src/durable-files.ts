import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BlobsUnavailable } from './blob-errors';

// The content is private to tenants, so to this process's user.
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** What a network file system that has gone away, or a volume remounted after an error, answers. */
const GONE = ['EIO', 'EROFS', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'ENOTCONN', 'ENODEV'];
/** What is answered where the folder is closed to us, or something else is in its place. */
const CLOSED = ['EACCES', 'EPERM', 'ENOTDIR'];
const AWAY = new Set([...GONE, ...CLOSED]);

/** The code of a system error. Not by `instanceof`: errors of Node's own modules may come from another realm. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** The error as callers of the store know it: an outage, or whatever it was. */
export function fileFault(error: unknown): unknown {
  const code = codeOf(error);
  if (typeof code !== 'string') return error;
  if (FULL.has(code)) return new BlobsUnavailable('disk-full', error);
  return AWAY.has(code) ? new BlobsUnavailable('unreachable', error) : error;
}

/** Writes a new file; resolves once its content is on the disk, where that is asked for. */
export async function writeNew(
  file: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  durable: boolean,
): Promise<void> {
  const handle = await inFolder(dirname(file), () => open(file, 'wx', FILE_MODE));
  try {
    await writeFile(handle, content);
    if (durable) await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Puts the file in the other's place in one step; resolves once that is on the disk, where that is asked for. */
export async function move(from: string, to: string, durable: boolean): Promise<void> {
  await inFolder(dirname(to), () => rename(from, to));
  if (durable) await syncFolderShared(dirname(to));
}

interface FolderSync {
  begun: boolean;
  done: Promise<void>;
}

const lastSyncs = new Map<string, FolderSync>();

/** As {@link syncFolder}. Those who ask while one runs share the next, which begins after all of them asked. */
function syncFolderShared(folder: string): Promise<void> {
  const last = lastSyncs.get(folder);
  if (last?.begun === false) return last.done;
  const sync: FolderSync = { begun: false, done: Promise.resolve() };
  const begin = (): Promise<void> => {
    sync.begun = true;
    return syncFolder(folder);
  };
  sync.done = (last?.done ?? Promise.resolve()).then(begin, begin);
  lastSyncs.set(folder, sync);
  const forget = (): void => {
    if (lastSyncs.get(folder) === sync) lastSyncs.delete(folder);
  };
  sync.done.then(forget, forget);
  return sync.done;
}

/** Without it, a file that was just made in the folder, or removed from it, may not be so after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Does the work; if the folder is not there, makes it first. So the usual case costs nothing. */
async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await makeFolder(folder);
  return work();
}

async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (topmost === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === topmost) return;
  }
}
