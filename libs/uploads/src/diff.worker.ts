import { readBundle } from '@loam/bundles';
import type { FileChange } from '@loam/contracts/reading';
import { diffEntries } from './diff-entries';

/** Runs in a thread of its own with a limited heap: finding a shortest difference takes long where there is none. */
export async function diff({ from, to }: { from: Uint8Array; to: Uint8Array }): Promise<FileChange[]> {
  const options = { deriveDescription: true };
  const [a, b] = await Promise.all([readBundle(from, options), readBundle(to, options)]);
  return diffEntries(a.entries, b.entries);
}
