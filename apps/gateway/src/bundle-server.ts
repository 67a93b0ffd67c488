import type { FastifyReply } from 'fastify';
import type { BlobStore } from '@loam/blobs';
import type { SkillVersion } from '@loam/contracts/registry';
import { bundleKey, readStored } from '@loam/uploads';

/** Larger ones are read from the store each time. */
const MOST_CACHED_EACH = 256 * 1024;
const MOST_CACHED = 32 * 1024 * 1024;
const SIGNED_SECONDS = 300;

/** Serves bundles: from memory by digest where they are small, and never as something whose digest is wrong. */
export class BundleServer {
  /** Least recently used first. What a digest names never changes, so nothing here goes out of date. */
  private readonly cached = new Map<string, Buffer>();
  private cachedBytes = 0;

  constructor(private readonly blobs: BlobStore) {}

  async serve(skill: SkillVersion, wantsBytes: boolean, reply: FastifyReply): Promise<FastifyReply> {
    const { sha256, slug } = skill;
    void reply.headers({ etag: `"${sha256}"`, 'x-loam-sha256': sha256, 'x-loam-version': skill.version });
    const name = `${slug}.tar.gz`;
    if (!wantsBytes && this.blobs.signedUrl !== undefined) {
      const options = { expiresSeconds: SIGNED_SECONDS, fileName: name, contentType: 'application/gzip' };
      return reply
        .code(307)
        .header('location', await this.blobs.signedUrl(bundleKey(sha256), options))
        .send();
    }
    const bytes = await this.read(sha256);
    return reply
      .headers({
        'content-type': 'application/gzip',
        'content-disposition': `attachment; filename="${name}"`,
      })
      .send(bytes);
  }

  private async read(sha256: string): Promise<Buffer> {
    const known = this.cached.get(sha256);
    if (known !== undefined) {
      this.cached.delete(sha256);
      this.cached.set(sha256, known);
      return known;
    }
    const bytes = await readStored(this.blobs, bundleKey(sha256), sha256);
    if (bytes.length <= MOST_CACHED_EACH) this.remember(sha256, bytes);
    return bytes;
  }

  private remember(sha256: string, bytes: Buffer): void {
    this.cached.set(sha256, bytes);
    this.cachedBytes += bytes.length;
    for (const [oldest, old] of this.cached) {
      if (this.cachedBytes <= MOST_CACHED) return;
      this.cached.delete(oldest);
      this.cachedBytes -= old.length;
    }
  }
}
