import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BlobCorrupt } from './blob-errors';
import type { BlobStore } from './blob-store';

/** {@link BlobStore.read} by way of `get`, the same for every driver. */
export async function readWhole(
  store: Pick<BlobStore, 'get'>,
  key: string,
  expectSha256?: string,
): Promise<Buffer | undefined> {
  const found = await store.get(key);
  if (!found) return undefined;
  const content = await buffer(found.body);
  if (expectSha256 !== undefined) {
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== expectSha256) throw new BlobCorrupt(key, expectSha256, actual);
  }
  return content;
}
