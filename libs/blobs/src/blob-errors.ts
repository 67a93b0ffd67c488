/** The key or prefix breaks the rules of {@link BlobStore}; nothing was touched. */
export class BlobKeyInvalid extends Error {
  override readonly name = 'BlobKeyInvalid';
  readonly code = 'blob-key-invalid';

  constructor(readonly key: string) {
    super(`${JSON.stringify(key.slice(0, 200))} is not a valid object key.`);
  }
}

/** The body was larger than the put allowed; nothing was stored. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
  readonly code = 'blob-too-large';

  constructor(readonly maxBytes: number) {
    super(`The body has more than ${maxBytes} bytes.`);
  }
}

/** There is nothing under the key to copy. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
  readonly code = 'blob-missing';

  constructor(readonly key: string) {
    super(`There is no object ${key}.`);
  }
}

/** What is stored is not what its digest says. */
export class BlobCorrupt extends Error {
  override readonly name = 'BlobCorrupt';
  readonly code = 'blob-corrupt';

  constructor(
    readonly key: string,
    readonly expectedSha256: string,
    readonly actualSha256: string,
  ) {
    super(`The object ${key} has the digest ${actualSha256} instead of ${expectedSha256}.`);
  }
}

/** The store does not answer, or has no room, for now: the same call may succeed later. `cause` is what it said. */
export class BlobsUnavailable extends Error {
  override readonly name = 'BlobsUnavailable';
  readonly code = 'blobs-unavailable';

  constructor(
    readonly reason: 'unreachable' | 'disk-full',
    cause: unknown,
  ) {
    super(reason === 'disk-full' ? 'The object store is full.' : 'The object store does not answer.', {
      cause,
    });
  }
}
