import { relative } from 'node:path';
import type { Kind } from '@loam/contracts/skill';
import { failureOf } from '../explain';
import { readItem, type Source } from '../local/source';
import { inParallel } from './in-parallel';
import { findSources } from './find-sources';
import { giveNames, withoutClashes, type Nameable, type Named } from './names';

/** One item that will be published. */
export interface Planned {
  readonly kind: Kind;
  readonly slug: string;
  readonly version: string;
  /** From the folder that is imported. */
  readonly path: string;
  /** Other places that hold the same content. */
  readonly repeats: readonly string[];
  readonly source: Source;
}

/** One that will not, and why. */
export interface Refused {
  readonly kind: Kind;
  readonly slug: string | null;
  readonly version: string | null;
  readonly path: string;
  readonly code: string;
  readonly reason: string;
}

export interface Plan {
  readonly items: readonly Planned[];
  readonly refused: readonly Refused[];
}

const READERS = 8;

/** Contents are read again when they are published: a whole tree of them may not fit into memory. */
async function look(source: Source): Promise<Nameable> {
  const { slug, version, bundle } = await readItem(source);
  return { source, slug, version, fingerprint: bundle.fingerprint };
}

/** What is told of a refusal in one line. */
export function refusalOf(error: unknown): Pick<Refused, 'code' | 'reason'> {
  const { code, what, errors = [] } = failureOf(error).facts;
  const places = errors.flatMap(({ pointer }) => (pointer === undefined ? [] : [` (${pointer})`]));
  return { code, reason: `${what}${places.join('')}` };
}

const clash = ({ item, slug }: Named<Nameable>, root: string): Refused => ({
  kind: item.source.kind,
  slug,
  version: item.version,
  path: relative(root, item.source.path),
  code: 'name-taken',
  reason: `Another ${item.source.kind} of this tree is called ${slug} too; rename one.`,
});

/** Finds and names everything below a folder that can be published; the same tree always gives the same plan. */
export async function planImport(root: string): Promise<Plan> {
  const refused: Refused[] = [];
  const sources = await findSources(root);
  const looked = await inParallel(READERS, sources, (source) =>
    look(source).catch((error: unknown) => {
      const path = relative(root, source.path);
      refused.push({ kind: source.kind, slug: null, version: null, path, ...refusalOf(error) });
      return undefined;
    }),
  );
  const named = giveNames(
    looked.filter((item) => item !== undefined),
    root,
  );
  const { unique, clashing } = withoutClashes(named);
  return {
    items: unique.map(({ item: { source, version }, slug, repeats }) => ({
      kind: source.kind,
      slug,
      version,
      path: relative(root, source.path),
      repeats: repeats.map((other) => relative(root, other.source.path)),
      source,
    })),
    refused: [...refused, ...clashing.map((each) => clash(each, root))],
  };
}
