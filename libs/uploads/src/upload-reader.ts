import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Piscina from 'piscina';
import type { BlobStore } from '@loam/blobs';
import type { BundleProblemCode } from '@loam/contracts/problems';
import { reject, type Rejection } from '@loam/kernel';
import { readingSchema, type Reading, type ReadingRequest } from './checked';

/** An upload that passed every check, packed anew in the one form in which it is stored and served. */
export interface CheckedUpload extends Omit<Extract<Reading, { ok: true }>, 'ok'> {
  readonly sha256: string;
  readonly uploadSha256: string;
}

interface UploadReaderOptions {
  readonly blobs: BlobStore;
  /** How long reading one bundle may take, in ms. */
  readonly timeoutMs?: number;
  /** The compiled worker; a test names the one of the build. */
  readonly worker?: string;
}

const HEAP_MB = 192;
const IDLE_MS = 10_000;

/**
 * Reads staged uploads. The archive is untrusted: it is parsed in a thread of its own, with a limit of memory and
 * time, and never in the loop that answers requests.
 */
export class UploadReader {
  private readonly threads: Piscina;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: UploadReaderOptions) {
    this.threads = new Piscina({
      filename: options.worker ?? join(__dirname, 'bundle-reader.worker.js'),
      name: 'read',
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
    });
  }

  /**
   * Takes what was staged, if it is still what was uploaded, and checks it.
   * @returns the checked upload, or why it is refused: `upload-lost`, `bundle-unreadable` or a code of the reader
   */
  async read(
    stagingKey: string,
    uploadSha256: string,
    options: Pick<ReadingRequest, 'deriveDescription'>,
  ): Promise<CheckedUpload | Rejection<BundleProblemCode>> {
    const bytes = await this.options.blobs.read(stagingKey);
    if (bytes === undefined || sha256Of(bytes) !== uploadSha256)
      return reject('upload-lost', 'The uploaded bytes are not there any more. Upload them again.');
    const reading = await this.readBytes(bytes, options);
    if (reading === undefined)
      return reject('bundle-unreadable', 'Reading the bundle took more memory or time than a bundle may.');
    if (!reading.ok) return reject(reading.code, reading.detail, reading.pointer);
    const { ok: _ok, ...checked } = reading;
    return { ...checked, sha256: sha256Of(checked.tarGz), uploadSha256 };
  }

  /** The same of bytes in hand. @returns undefined where reading took more memory or time than a bundle may */
  readBytes(
    bytes: Uint8Array,
    options: Pick<ReadingRequest, 'deriveDescription'>,
  ): Promise<Reading | undefined> {
    return this.inTurn(() => this.check({ bytes, ...options }));
  }

  /** The time limit is for reading a bundle, not for waiting behind others. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** @returns undefined when the thread died or took too long */
  private async check(request: ReadingRequest): Promise<Reading | undefined> {
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? 5000);
    try {
      const answer: unknown = await this.threads.run(request, { signal });
      return readingSchema.parse(answer);
    } catch (error) {
      if (signal.aborted || isOutOfMemory(error)) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.threads.close();
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
