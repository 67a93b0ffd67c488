import { createHash } from 'node:crypto';
import { BlobsUnavailable, type BlobStore } from '@loam/blobs';
import { readBundle } from '@loam/bundles';

/**
 * The bytes of an object that the log says was stored.
 * @throws BlobsUnavailable when it is not there: then the store is not the one it was, such as a volume that is not
 * mounted, and it may come back
 * @throws BlobCorrupt when the bytes are not those of the digest
 */
export async function readStored(blobs: BlobStore, key: string, sha256: string): Promise<Buffer> {
  const bytes = await blobs.read(key, { expectSha256: sha256 });
  if (bytes === undefined) throw new BlobsUnavailable('unreachable', new Error(`there is no object ${key}`));
  return bytes;
}

/** What was staged, if it is still what was uploaded. */
export async function readStaged(
  blobs: BlobStore,
  { stagingKey, uploadSha256 }: { readonly stagingKey: string; readonly uploadSha256: string },
): Promise<Buffer | undefined> {
  const bytes = await blobs.read(stagingKey);
  return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === uploadSha256
    ? bytes
    : undefined;
}

/** The text of SKILL.md in a stored bundle. These are bytes that we packed ourselves after every check. */
export async function readSkillMd(blobs: BlobStore, key: string, sha256: string): Promise<string> {
  const { entries } = await readBundle(await readStored(blobs, key, sha256), { deriveDescription: true });
  const skillMd = entries.find(({ path }) => path === 'SKILL.md');
  return Buffer.from(skillMd?.bytes ?? []).toString('utf8');
}
