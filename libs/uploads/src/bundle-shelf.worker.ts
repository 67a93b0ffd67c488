import { createHash } from 'node:crypto';
import { mediaTypeOf, readBundle, writeZip } from '@loam/bundles';
import type { BundleFile } from './bundle-shelf';

// What is read here was packed by ourselves, after every check: of commands too, which need no description.
const entriesOf = async (tarGz: Uint8Array) => (await readBundle(tarGz, { deriveDescription: true })).entries;

export const zip = async (tarGz: Uint8Array): Promise<Uint8Array> => writeZip(await entriesOf(tarGz));

export const list = async (tarGz: Uint8Array): Promise<BundleFile[]> =>
  (await entriesOf(tarGz)).map(({ path, bytes, executable }) => ({
    path,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    executable,
    mediaType: mediaTypeOf(path, bytes),
  }));

export async function file({
  tarGz,
  path,
}: {
  tarGz: Uint8Array;
  path: string;
}): Promise<Uint8Array | undefined> {
  const entry = (await entriesOf(tarGz)).find((each) => each.path === path);
  // A copy, since the entry is a window on the whole of the bundle.
  return entry && new Uint8Array(entry.bytes);
}
