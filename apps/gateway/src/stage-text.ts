import type { BlobStore } from '@loam/blobs';
import { stagingKey } from '@loam/uploads';

/** Puts a text aside for a command: it does not travel through the broker, since it may be larger than a message. */
export async function stageText(
  blobs: BlobStore,
  tenant: string,
  text: string,
): Promise<{ readonly stagingKey: string; readonly uploadSha256: string }> {
  const key = stagingKey(tenant);
  const { sha256 } = await blobs.put(key, Buffer.from(text));
  return { stagingKey: key, uploadSha256: sha256 };
}
