import { compareBuild } from 'semver';

const MOST_BYTES = 512 * 1024;

/** One version, with what its publisher said of it. */
interface Entry {
  readonly version: string;
  readonly changes: string | null;
}

/**
 * A page of a change log, the highest version first: at most `limit` entries and, beyond the first, half a megabyte.
 * @param below where the page before ended
 */
export function pageOf<E extends Entry>(
  entries: readonly E[],
  { limit, below }: { readonly limit: number; readonly below: string | null },
): { readonly entries: E[]; readonly next: string | null } {
  const left = entries
    .filter(({ version }) => below === null || compareBuild(version, below) < 0)
    .sort((a, b) => compareBuild(b.version, a.version));
  let bytes = 0;
  const tooMany = left.findIndex(({ changes }, index) => {
    bytes += Buffer.byteLength(changes ?? '');
    return index === limit || (index > 0 && bytes > MOST_BYTES);
  });
  const page = tooMany === -1 ? left : left.slice(0, tooMany);
  return { entries: page, next: tooMany === -1 ? null : (page.at(-1)?.version ?? null) };
}
