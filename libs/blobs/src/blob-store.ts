import type { Readable } from 'node:stream';

/** What a completed put stored; `sha256` is in lower-case hex and was computed while the bytes went by. */
export interface StoredBlob {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BlobInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export interface PutOptions {
  /** A body of more bytes is refused with {@link BlobTooLarge}. */
  readonly maxBytes?: number;
  /** Ends the put while bytes are still to come; a put whose last byte has been read may still succeed. */
  readonly signal?: AbortSignal;
  /** `false`: a power cut may lose it, for what only waits to be read; to everybody else it is as whole as ever. */
  readonly durable?: boolean;
}

export interface SignOptions {
  readonly expiresSeconds: number;
  /** The name under which a browser saves it; characters outside `A-Z a-z 0-9 . _ + -` become `_`. */
  readonly fileName?: string;
  readonly contentType?: string;
}

/**
 * A flat map from keys to bytes. A key is at most 800 characters: segments of `a-z 0-9 . _ -` that start with a
 * letter or digit, joined by `/`; anything else is refused with {@link BlobKeyInvalid}. While the store cannot be
 * reached, or is full, every method fails with {@link BlobsUnavailable} within 2 s of asking it.
 */
export interface BlobStore {
  /**
   * Stores the body under the key, replacing what was there, and resolves once it is durable. Nobody sees part of
   * it: until then, and if the put fails, the key keeps its former content. A stream that was not read to its end
   * is destroyed; its own error is passed on as it is.
   */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<StoredBlob>;

  /** The content as a stream, which the caller must read to its end or destroy; undefined if the key is not there. */
  get(key: string): Promise<{ readonly body: Readable; readonly bytes: number } | undefined>;

  /** The whole of a small object; one that is not what `expectSha256` (hex) says fails with {@link BlobCorrupt}. */
  read(key: string, options?: { readonly expectSha256?: string }): Promise<Buffer | undefined>;

  /** As a put of what is under `from`; without it, fails with {@link BlobMissing}. */
  copy(from: string, to: string): Promise<void>;

  head(key: string): Promise<BlobInfo | undefined>;

  /** Succeeds also if the key is not there. Not `durable`: after a power cut it may be there again. */
  delete(key: string, options?: Pick<PutOptions, 'durable'>): Promise<void>;

  /** All keys that start with the text, in ascending order, fetched as the caller goes on. */
  list(prefix: string): AsyncIterable<BlobInfo>;

  /** A URL from which anyone may get the content for a while; drivers that cannot sign lack the method. */
  signedUrl?(key: string, options: SignOptions): Promise<string>;

  /** Fails unless the store answers now: the readiness check. */
  ping(): Promise<void>;
}
