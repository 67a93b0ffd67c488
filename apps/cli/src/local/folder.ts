import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleProblem, defaultLimits, type BundleEntry } from '@loam/bundles';
import { isLeftOut } from './left-out';

/** The files of a folder that are packed, and the names of what is not. */
export interface Folder {
  readonly entries: readonly BundleEntry[];
  readonly leftOut: readonly string[];
}

interface Gathering {
  readonly entries: BundleEntry[];
  readonly leftOut: string[];
  bytes: number;
}

async function readEntry(root: string, path: string, gathered: Gathering): Promise<void> {
  const { size, mode } = await stat(join(root, path));
  gathered.bytes += size;
  // Before it is read: a folder chosen by mistake may hold anything.
  if (gathered.bytes > defaultLimits.expandedBytes)
    throw new BundleProblem(
      'bundle-too-large',
      `The files have more than ${defaultLimits.expandedBytes} bytes.`,
      path,
    );
  if (gathered.entries.length >= defaultLimits.files)
    throw new BundleProblem(
      'bundle-too-many-entries',
      `There are more than ${defaultLimits.files} files.`,
      path,
    );
  gathered.entries.push({ path, bytes: await readFile(join(root, path)), executable: (mode & 0o111) !== 0 });
}

async function walk(root: string, below: string, gathered: Gathering): Promise<void> {
  for (const item of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? item.name : `${below}/${item.name}`;
    if (isLeftOut(item.name, below === '')) gathered.leftOut.push(path);
    else if (item.isSymbolicLink())
      throw new BundleProblem('bundle-link', 'This is a symbolic link; put the file itself there.', path);
    else if (item.isDirectory()) await walk(root, path, gathered);
    else if (item.isFile()) await readEntry(root, path, gathered);
    else throw new BundleProblem('bundle-special-file', 'This is neither a file nor a folder.', path);
  }
}

/** Reads a folder for packing. @throws BundleProblem for links, special files and what is over a limit */
export async function readFolder(root: string): Promise<Folder> {
  const gathered: Gathering = { entries: [], leftOut: [], bytes: 0 };
  await walk(root, '', gathered);
  return gathered;
}
