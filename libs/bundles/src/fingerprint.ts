import { createHash } from 'node:crypto';
import { type BundleEntry, sortEntries } from './entry';

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/**
 * The identity of a bundle's content, whatever archive it came in: `sha256:<hex>` over one line per file, sorted by
 * the UTF-8 bytes of the path, each `path NUL mode NUL size NUL sha256 LF` with mode `0644` or `0755`, size in decimal
 * and the file's own SHA-256 in lower-case hex. Paths hold no NUL, so no two bundles give the same lines.
 */
export function fingerprint(entries: readonly BundleEntry[]): string {
  const lines = sortEntries(entries).map(({ path, bytes, executable }) =>
    [path, executable ? '0755' : '0644', bytes.length, sha256(bytes)].join('\0'),
  );
  return `sha256:${sha256(lines.map((line) => `${line}\n`).join(''))}`;
}
