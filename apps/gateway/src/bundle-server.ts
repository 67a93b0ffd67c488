import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BlobStore } from '@loam/blobs';
import type { SkillVersion } from '@loam/contracts/registry';
import { Refused } from '@loam/messaging';
import { bundleKey, readStored, type BundleFile, type BundleShelf } from '@loam/uploads';
import { ByteCache } from './byte-cache';

import { sendBytes } from './send-bytes';

const MOST_CACHED = 32 * 1024 * 1024;
const SIGNED_SECONDS = 300;

/** What bytes by their digest say of themselves: whoever has them need not ask again. */
export const FOR_EVER = 'private, immutable, max-age=31536000';

type Bundle = Pick<SkillVersion, 'sha256' | 'slug' | 'fingerprint'>;

interface Packed {
  readonly bytes: Buffer;
  readonly sha256: string;
}

const isTooSlow = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** Serves bundles: from memory by digest where they are small, and never as something whose digest is wrong. */
export class BundleServer {
  /** What a digest names never changes, so nothing here goes out of date. */
  private readonly cached = new ByteCache<Buffer>(MOST_CACHED);
  private readonly listed = new ByteCache<readonly BundleFile[]>(MOST_CACHED / 8);
  /** One reading serves all who ask for the same at the same time. */
  private readonly underWay = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly blobs: BlobStore,
    private readonly shelf: BundleShelf,
  ) {}

  /** Nest calls this when the application ends. */
  async onModuleDestroy(): Promise<void> {
    await this.shelf.close();
  }

  /** A short-lived address of the stored bytes; undefined where the store signs none. */
  async addressOf({ sha256, slug }: Bundle): Promise<string | undefined> {
    return this.blobs.signedUrl?.(bundleKey(sha256), {
      ...{ expiresSeconds: SIGNED_SECONDS, fileName: `${slug}.tar.gz`, contentType: 'application/gzip' },
    });
  }

  /** Sends the bundle, or its redirect, under headers that say which bytes they are of. */
  async serve(
    bundle: Bundle,
    { format, cacheControl }: { readonly format: 'tar.gz' | 'zip'; readonly cacheControl?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { bytes, sha256 } = format === 'zip' ? await this.zipOf(bundle) : await this.tarGzOf(bundle);
    return sendBytes(request, reply, {
      bytes,
      etag: `"${sha256}"`,
      type: format === 'zip' ? 'application/zip' : 'application/gzip',
      headers: {
        'content-disposition': `attachment; filename="${bundle.slug}.${format}"`,
        'x-loam-sha256': sha256,
        'x-loam-fingerprint': bundle.fingerprint,
        ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
      },
    });
  }

  async filesOf({ sha256 }: Bundle): Promise<readonly BundleFile[]> {
    const known = this.listed.get(sha256);
    if (known !== undefined) return known;
    const files = await this.patiently(this.shelf.list(await this.stored(sha256)));
    this.listed.set(sha256, files, JSON.stringify(files).length);
    return files;
  }

  /** @throws Refused `file-not-found` */
  async fileOf(bundle: Bundle, path: string): Promise<BundleFile & { readonly content: Buffer }> {
    const facts = (await this.filesOf(bundle)).find((file) => file.path === path);
    if (facts === undefined)
      throw new Refused({ code: 'file-not-found', detail: `There is no file ${path} in the bundle.` });
    const content = await this.once(`file ${bundle.sha256} ${path}`, async () => {
      const found = await this.patiently(this.shelf.file(await this.stored(bundle.sha256), path));
      if (found === undefined) throw new Error('a file that was listed is not there');
      return found;
    });
    return { ...facts, content };
  }

  private async tarGzOf({ sha256 }: Bundle): Promise<Packed> {
    return { bytes: await this.stored(sha256), sha256 };
  }

  private async zipOf({ sha256 }: Bundle): Promise<Packed> {
    const bytes = await this.once(`zip ${sha256}`, async () =>
      this.patiently(this.shelf.zip(await this.stored(sha256))),
    );
    return { bytes, sha256: hash('sha256', bytes, 'hex') };
  }

  private stored(sha256: string): Promise<Buffer> {
    return this.once(`tar ${sha256}`, () => readStored(this.blobs, bundleKey(sha256), sha256));
  }

  /** From memory, else read; what cannot be read is not remembered. */
  private async once(key: string, read: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.cached.get(key);
    if (known !== undefined) return known;
    const begun = this.underWay.get(key);
    if (begun !== undefined) return begun;
    const reading = read().finally(() => this.underWay.delete(key));
    this.underWay.set(key, reading);
    const bytes = await reading;
    this.cached.set(key, bytes, bytes.length);
    return bytes;
  }

  private async patiently<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!isTooSlow(error)) throw error;
      throw new Refused({
        code: 'unavailable',
        detail: 'Too many bundles are being taken apart at the moment.',
        retryAfterSeconds: 1,
      });
    }
  }
}
