import { createHash } from 'node:crypto';
import { createTwoFilesPatch } from 'diff';
import { isText, type BundleEntry } from '@loam/bundles';
import type { FileChange } from '@loam/contracts/reading';

/** What diffs may take, so that two versions that have nothing in common are an answer too. */
export interface DiffLimits {
  /** Of both texts of a file together. */
  readonly fileBytes: number;
  /** Of all diffs together, as JSON writes them. */
  readonly diffBytes: number;
  /** For all diffs together; the files that come after it have none. */
  readonly ms: number;
}

export const diffLimits: DiffLimits = { fileBytes: 512 * 1024, diffBytes: 384 * 1024, ms: 2000 };

const CONTEXT_LINES = 3;

type Side = NonNullable<FileChange['before']> & { readonly content: Uint8Array };
type Pair = Pick<FileChange, 'path' | 'previousPath' | 'change'> & {
  readonly before: Side | null;
  readonly after: Side | null;
};

const sidesOf = (entries: readonly BundleEntry[]): ReadonlyMap<string, Side> =>
  new Map(
    entries.map(({ path, bytes, executable }) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [path, { bytes: bytes.length, sha256, executable, content: bytes }];
    }),
  );

const isSame = (a: Side, b: Side): boolean => a.sha256 === b.sha256 && a.executable === b.executable;

/** The files that differ. One that went while another one came with the very same content was renamed. */
function pairsOf(from: ReadonlyMap<string, Side>, to: ReadonlyMap<string, Side>): Pair[] {
  const gone = new Map([...from].filter(([path]) => !to.has(path)));
  const pairs: Pair[] = [];
  for (const [path, after] of to) {
    const before = from.get(path) ?? null;
    if (before !== null) {
      if (!isSame(before, after)) pairs.push({ path, previousPath: null, change: 'changed', before, after });
      continue;
    }
    const [previousPath, moved] = [...gone].find(([, side]) => side.sha256 === after.sha256) ?? [null, null];
    if (previousPath !== null) gone.delete(previousPath);
    pairs.push({ path, previousPath, change: moved === null ? 'added' : 'renamed', before: moved, after });
  }
  for (const [path, before] of gone)
    pairs.push({ path, previousPath: null, change: 'removed', before, after: null });
  return pairs.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const textOf = (side: Side | null): string => Buffer.from(side?.content ?? []).toString('utf8');

/** A unified diff with the names that git gives; undefined where it takes too long. */
function patchOf({ before, after, path, previousPath }: Pair, timeout: number): string | undefined {
  const names = [
    before === null ? '/dev/null' : `a/${previousPath ?? path}`,
    after === null ? '/dev/null' : `b/${path}`,
  ] as const;
  const texts = [textOf(before), textOf(after)] as const;
  const options = { context: CONTEXT_LINES, timeout };
  const patch: string | undefined = createTwoFilesPatch(...names, ...texts, undefined, undefined, options);
  return patch?.replace(/^=+\n/, '');
}

/** The diff of one file, or why there is none. */
function diffOf(pair: Pair, limits: DiffLimits): Pick<FileChange, 'diff' | 'without'> {
  const sides = [pair.before, pair.after].filter((side) => side !== null);
  if (pair.before?.sha256 === pair.after?.sha256) return { diff: null, without: 'same-content' };
  if (!sides.every(({ content }) => isText(content))) return { diff: null, without: 'binary' };
  const bytes = sides.reduce((sum, side) => sum + side.bytes, 0);
  const diff = bytes > limits.fileBytes || limits.ms <= 0 ? undefined : patchOf(pair, limits.ms);
  return diff === undefined || JSON.stringify(diff).length > limits.diffBytes
    ? { diff: null, without: 'too-large' }
    : { diff, without: null };
}

const factsOf = (side: Side | null): FileChange['before'] =>
  side && { bytes: side.bytes, sha256: side.sha256, executable: side.executable };

/** What is different between two bundles, by path, within the limits. */
export function diffEntries(
  from: readonly BundleEntry[],
  to: readonly BundleEntry[],
  limits: DiffLimits = diffLimits,
): FileChange[] {
  const until = performance.now() + limits.ms;
  let diffBytes = limits.diffBytes;
  return pairsOf(sidesOf(from), sidesOf(to)).map((pair) => {
    const { diff, without } = diffOf(pair, { ...limits, diffBytes, ms: until - performance.now() });
    diffBytes -= diff === null ? 0 : JSON.stringify(diff).length;
    const { path, previousPath, change, before, after } = pair;
    return { path, previousPath, change, before: factsOf(before), after: factsOf(after), diff, without };
  });
}
