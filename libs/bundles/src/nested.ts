import type { BundleEntry } from './entry';
import { type BundleLimits, defaultLimits } from './limits';
import { BundleProblem } from './problem';
import { readTarGz } from './read-tar-gz';
import { readZip } from './read-zip';

/** Archives inside archives inside the bundle; deeper ones stay closed. */
const DEPTH = 3;

const readerOf = ([first, second]: Uint8Array): typeof readZip | undefined => {
  if (first === 0x50 && second === 0x4b) return readZip;
  return first === 0x1f && second === 0x8b ? readTarGz : undefined;
};

/**
 * The files of the archives that lie among the entries, by the path of the archive, named `outer.zip!/path/inside`;
 * archives inside those too. All of them together expand to at most `limits.expandedBytes`. What is no archive, cannot
 * be read or has no room is absent.
 */
export async function openNested(
  entries: readonly BundleEntry[],
  limits: BundleLimits = defaultLimits,
): Promise<Map<string, BundleEntry[]>> {
  const opened = new Map<string, BundleEntry[]>();
  let room = limits.expandedBytes;
  let level = entries;
  for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
    const found: BundleEntry[] = [];
    for (const { path, bytes } of level) {
      const files = await filesOf(bytes, { ...limits, expandedBytes: room });
      if (files === undefined) continue;
      room -= files.reduce((sum, file) => sum + file.bytes.length, 0);
      const inside = files.map((file) => ({ ...file, path: `${path}!/${file.path}` }));
      opened.set(path, inside);
      found.push(...inside);
    }
    level = found;
  }
  return opened;
}

async function filesOf(bytes: Uint8Array, limits: BundleLimits): Promise<BundleEntry[] | undefined> {
  try {
    return await readerOf(bytes)?.(bytes, limits);
  } catch (error) {
    if (error instanceof BundleProblem) return undefined;
    throw error;
  }
}
