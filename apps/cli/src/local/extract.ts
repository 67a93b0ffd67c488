import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BundleEntry } from '@loam/bundles';
import { refusal } from '../failure';

async function checkFree(folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => undefined);
  if (there === undefined) return;
  if (there.isDirectory() && (await readdir(folder)).length === 0) return;
  const what = `${folder} exists and is ${there.isDirectory() ? 'not empty' : 'no folder'}.`;
  throw refusal('folder-taken', what, 'Choose a new folder with --extract.');
}

/**
 * Writes the files of a bundle to a new folder, which appears when it is complete. The paths have passed the rules of
 * bundles, and everything is written below a folder that did not exist before, so that no link can lead elsewhere.
 */
export async function extract(entries: readonly BundleEntry[], to: string): Promise<void> {
  const folder = resolve(to);
  await checkFree(folder);
  await mkdir(dirname(folder), { recursive: true });
  const draft = join(dirname(folder), `.loam-${randomUUID()}`);
  try {
    for (const { path, bytes, executable } of entries) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), bytes, { mode: executable ? 0o755 : 0o644, flag: 'wx' });
    }
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
