import { PassThrough, Readable } from 'node:stream';
import { BlobMissing } from './blob-errors';
import { requireKey, requirePrefix } from './blob-key';
import type { BlobInfo, BlobStore, PutOptions, SignOptions, StoredBlob } from './blob-store';
import { Meter } from './meter';
import { readWhole } from './read-whole';
import { isMissing, s3Clients, s3Fault, type S3Config } from './s3-client';
import { S3Signer } from './s3-signer';

/** The name of an object that is never asked for. */
const PROBE = 'probe';

/** Parts of 5 MiB that one upload holds in memory and sends at a time. */
const PARTS_AT_ONCE = 2;

const ifThere = async <T>(request: Promise<T>): Promise<T | undefined> => {
  try {
    return await request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Objects in an S3 bucket, under an optional prefix. */
export class S3Blobs implements BlobStore {
  readonly #bucket: string;
  readonly #clients;
  readonly #prefix: string;
  readonly #region: string;
  readonly #signer = new S3Signer();
  #base: Promise<string> | undefined;

  constructor(config: S3Config) {
    this.#bucket = config.bucket;
    this.#region = config.region;
    this.#clients = s3Clients(config);
    this.#prefix = config.prefix === '' ? '' : `${config.prefix}/`;
  }

  async put(key: string, body: Readable | Uint8Array, options: PutOptions = {}): Promise<StoredBlob> {
    const object = this.#object(key);
    const meter = new Meter(body, options);
    try {
      await this.#send(object, meter.content());
    } catch (error) {
      throw meter.failure(error);
    }
    return { key, ...meter.result() };
  }

  async get(key: string): Promise<{ body: Readable; bytes: number } | undefined> {
    const object = this.#object(key);
    const { reads } = await this.#clients();
    const found = await ifThere(reads.getObject(object));
    if (!found) return undefined;
    const { Body: body, ContentLength: bytes } = found;
    if (!(body instanceof Readable) || bytes === undefined)
      throw new Error(`The object store answered a request for ${key} without a body.`);
    return { body: withFaults(body), bytes };
  }

  read(key: string, options: { expectSha256?: string } = {}): Promise<Buffer | undefined> {
    return readWhole(this, key, options.expectSha256);
  }

  async copy(from: string, to: string): Promise<void> {
    const { Bucket, Key } = this.#object(from);
    const request = { ...this.#object(to), CopySource: `${Bucket}/${Key}` };
    const { writes } = await this.#clients();
    if (!(await ifThere(writes.copyObject(request)))) throw new BlobMissing(from);
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    const object = this.#object(key);
    const { reads } = await this.#clients();
    const found = await ifThere(reads.headObject(object));
    return found && this.#info(key, found.ContentLength, found.LastModified);
  }

  async delete(key: string): Promise<void> {
    const object = this.#object(key);
    const { reads } = await this.#clients();
    await reads.deleteObject(object);
  }

  async *list(prefix: string): AsyncGenerator<BlobInfo> {
    requirePrefix(prefix);
    const query = { Bucket: this.#bucket, Prefix: this.#prefix + prefix };
    const { reads } = await this.#clients();
    let after: string | undefined;
    do {
      const page = await reads.listObjectsV2({ ...query, ...(after ? { ContinuationToken: after } : {}) });
      for (const { Key: key = '', Size, LastModified } of page.Contents ?? [])
        yield this.#info(key.slice(this.#prefix.length), Size, LastModified);
      after = page.NextContinuationToken;
    } while (after !== undefined);
  }

  async signedUrl(key: string, { expiresSeconds, fileName, contentType }: SignOptions): Promise<string> {
    const { Key } = this.#object(key);
    const { reads } = await this.#clients();
    const url = await this.#addressOf(Key);
    const name = fileName?.replaceAll(/[^\w.+-]/g, '_');
    return this.#signer.sign({
      ...{ url, expiresSeconds, region: this.#region, at: new Date() },
      credentials: await reads.config.credentials(),
      query: {
        ...(name ? { 'response-content-disposition': `attachment; filename="${name}"` } : {}),
        ...(contentType ? { 'response-content-type': contentType } : {}),
      },
    });
  }

  /** Asks for the bucket. It does not write: that would be paid for at every check. */
  async ping(): Promise<void> {
    const { reads } = await this.#clients();
    await reads.headBucket({ Bucket: this.#bucket });
  }

  /** A stream is sent in parts, which become an object only when all have arrived, and are dropped otherwise. */
  async #send(object: { Bucket: string; Key: string }, content: Uint8Array | AsyncIterable<Uint8Array>) {
    const { writes: client } = await this.#clients();
    if (content instanceof Uint8Array) {
      await client.putObject({ ...object, Body: content });
    } else {
      const { Upload } = await import('@aws-sdk/lib-storage');
      const params = { ...object, Body: Readable.from(content, { objectMode: false }) };
      await new Upload({ client, params, queueSize: PARTS_AT_ONCE }).done();
    }
  }

  /** Where objects are is for the SDK to say, once: it knows the forms of addresses that services have. */
  async #addressOf(key: string): Promise<URL> {
    this.#base ??= this.#askForBase();
    return new URL(`${await this.#base}${key}`);
  }

  async #askForBase(): Promise<string> {
    const { reads } = await this.#clients();
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const { origin, pathname } = new URL(
      await getSignedUrl(reads, new GetObjectCommand({ Bucket: this.#bucket, Key: PROBE })),
    );
    return `${origin}${pathname.slice(0, -PROBE.length)}`;
  }

  #object(key: string): { Bucket: string; Key: string } {
    requireKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #info(key: string, bytes: number | undefined, modifiedAt: Date | undefined): BlobInfo {
    if (bytes === undefined || !modifiedAt)
      throw new Error(`The object store does not say how large ${key} is, or from when.`);
    return { key, bytes, modifiedAt };
  }
}

/** The same bytes; if the connection breaks, the reader learns that the store is away. */
function withFaults(body: Readable): Readable {
  const outer = new PassThrough();
  body.once('error', (error) => {
    const fault = s3Fault(error);
    outer.destroy(fault instanceof Error ? fault : error);
  });
  outer.once('close', () => body.destroy());
  return body.pipe(outer);
}
