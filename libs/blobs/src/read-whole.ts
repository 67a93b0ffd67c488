import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BlobCorrupt } from './blob-errors';
import type { BlobStore } from './blob-store';

/** The content itself. @throws BlobCorrupt where it is not what `expectSha256` says */
export function verified(key: string, content: Buffer, expectSha256: string | undefined): Buffer {
  if (expectSha256 === undefined) return content;
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== expectSha256) throw new BlobCorrupt(key, expectSha256, actual);
  return content;
}

/** {@link BlobStore.read} by way of `get`. */
export async function readWhole(
  store: Pick<BlobStore, 'get'>,
  key: string,
  expectSha256?: string,
): Promise<Buffer | undefined> {
  const found = await store.get(key);
  return found && verified(key, await buffer(found.body), expectSha256);
}
