import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import { BlobTooLarge } from './blob-errors';
import type { PutOptions } from './blob-store';

/** Counts and hashes the bytes of one put as they go by, and ends it where they pass the limit. */
export class Meter {
  readonly #hash = createHash('sha256');
  readonly #body: Readable | Uint8Array;
  readonly #options: PutOptions;
  #bytes = 0;
  /** Why the body broke off. The store had no part in it, whatever the error looks like. */
  #bodyFailure: unknown;

  constructor(body: Readable | Uint8Array, options: PutOptions) {
    this.#body = body;
    this.#options = options;
  }

  /** The body itself, checked, or as a stream that is checked while it is read. */
  content(): Uint8Array | AsyncGenerator<Uint8Array> {
    if (!(this.#body instanceof Uint8Array)) return this.#stream(this.#body);
    this.#options.signal?.throwIfAborted();
    this.#add(this.#body);
    return this.#body;
  }

  /** Once all has been read. */
  result(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Lets go of the body and answers with what to throw: its own failure, else the store's. */
  failure(fault: unknown): unknown {
    if (!(this.#body instanceof Uint8Array)) this.#body.destroy();
    return this.#bodyFailure ?? fault;
  }

  async *#stream(body: Readable): AsyncGenerator<Uint8Array> {
    const { signal } = this.#options;
    const chunks: AsyncIterable<unknown> = signal ? addAbortSignal(signal, body) : body;
    try {
      for await (const chunk of chunks) {
        if (!(chunk instanceof Uint8Array)) throw new TypeError('A body is a stream of bytes.');
        this.#add(chunk);
        yield chunk;
      }
    } catch (error) {
      this.#bodyFailure = error;
      throw error;
    }
  }

  #add(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    const { maxBytes = Infinity } = this.#options;
    if (this.#bytes > maxBytes) throw new BlobTooLarge(maxBytes);
    this.#hash.update(chunk);
  }
}
