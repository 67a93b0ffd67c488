import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Piscina from 'piscina';
import type { BlobStore } from '@loam/blobs';
import type { UploadProblemCode } from '@loam/contracts/problems';
import { reject, type Rejection } from '@loam/kernel';
import { z } from 'zod';
import { readStaged } from './read-stored';
import { readingSchema, type Reading, type ReadingOptions, type ReadingRequest } from './checked';
import { tenantOfStaging } from './keys';
import { Turns } from './turns';

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
/** A thread may die of what it read before; one that dies twice of the same dies of that. */
const DEATHS = 2;
/** Of one tenant; a service has twice as many requests in hand, so that others find a place. */
const MOST_WAITING = 32;

/**
 * Reads staged uploads. The archive is untrusted: it is parsed in a thread of its own, with a limit of memory and
 * time, and never in the loop that answers requests.
 */
export class UploadReader {
  private readonly threads: Piscina;
  private readonly turns = new Turns(MOST_WAITING);
  private rules: Promise<string> | undefined;

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
   * @returns the checked upload, or why it is refused: `upload-lost`, `bundle-unreadable`, a code of the reader, or
   * `rate-limited` where its tenant has too many waiting
   */
  async read(
    stagingKey: string,
    uploadSha256: string,
    options: ReadingOptions,
  ): Promise<CheckedUpload | Rejection<UploadProblemCode>> {
    const bytes = await readStaged(this.options.blobs, { stagingKey, uploadSha256 });
    if (bytes === undefined)
      return reject('upload-lost', 'The uploaded bytes are not there any more. Upload them again.');
    return this.taken(bytes, options, { tenant: tenantOfStaging(stagingKey), uploadSha256 });
  }

  /**
   * Checks bytes in hand, which may be rewritten on the way.
   * @param tenant in whose line they wait; where nobody waits for the answer, none
   * @returns the checked bundle, or why it is refused, as `read` does
   */
  check(
    bytes: Uint8Array,
    options: ReadingOptions,
    tenant = '',
  ): Promise<CheckedUpload | Rejection<UploadProblemCode>> {
    return this.taken(bytes, options, { tenant, uploadSha256: sha256Of(bytes) });
  }

  private async taken(
    bytes: Uint8Array,
    options: ReadingOptions,
    { tenant, uploadSha256 }: { readonly tenant: string; readonly uploadSha256: string },
  ): Promise<CheckedUpload | Rejection<UploadProblemCode>> {
    if (this.turns.isFull(tenant))
      return reject('rate-limited', `${MOST_WAITING} uploads of the tenant are waiting to be read.`);
    const reading = await this.readBytes(bytes, options, tenant);
    if (reading === undefined)
      return reject('bundle-unreadable', 'Reading the bundle took more memory or time than a bundle may.');
    if (!reading.ok) return reject(reading.code, reading.detail, reading.pointer);
    const { ok: _ok, ...checked } = reading;
    return { ...checked, sha256: sha256Of(checked.tarGz), uploadSha256 };
  }

  /**
   * The same of bytes in hand, however many wait. The time limit is for reading a bundle, not for waiting behind others.
   * @returns undefined where reading took more memory or time than a bundle may
   */
  readBytes(bytes: Uint8Array, options: ReadingOptions, tenant = ''): Promise<Reading | undefined> {
    return this.turns.take(tenant, async () => {
      const scans = options.scan !== undefined;
      const whole = await this.run({ bytes, ...options }, scans ? 1 : DEATHS);
      if (whole !== undefined || !scans) return whole;
      // What may have been too much is the scan: without it the bundle is read, and waits for another scan.
      const unscanned = await this.run({ bytes, ...options, scan: undefined }, DEATHS - 1);
      return unscanned?.ok === true
        ? { ...unscanned, scanFault: 'it took too much memory or time' }
        : unscanned;
    });
  }

  /** Names the rules of the safety gate that this reader scans by. */
  ruleSet(): Promise<string> {
    this.rules ??= this.threads
      .run({}, { name: 'rules' })
      .then((answer: unknown) => z.string().parse(answer));
    return this.rules;
  }

  /** @returns undefined when the thread died so many times or took too long */
  private async run(request: ReadingRequest, deaths: number): Promise<Reading | undefined> {
    // A new thread compiles the rules first, which takes a busy machine seconds: that is no time of the bundle's.
    if (this.threads.threads.length === 0) await this.threads.run({}, { name: 'rules' });
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? 5000);
    try {
      const answer: unknown = await this.threads.run(request, { signal });
      return readingSchema.parse(answer);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!isOutOfMemory(error)) throw error;
      return deaths > 1 ? this.run(request, deaths - 1) : undefined;
    }
  }

  async close(): Promise<void> {
    await this.threads.close();
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isOutOfMemory = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
