import { basename, dirname, relative, sep } from 'node:path';
import { gt } from 'semver';
import type { Item, Source } from '../local/source';
import { slugOf } from '../local/slug';

/** What names are given by: the content of an item does not matter beyond its fingerprint. */
export interface Nameable extends Pick<Item, 'slug' | 'version'> {
  readonly source: Source;
  readonly fingerprint: string;
}

/** An item under the slug that it is published by; `repeats` are places that hold the same content. */
export interface Named<T extends Nameable> {
  readonly item: T;
  readonly slug: string;
  readonly repeats: readonly T[];
}

const grouped = <T>(items: readonly T[], key: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
};

const GENERIC = new Set(['skills', 'agents', 'commands', '.claude', '.agents', '.github']);

/** Where an item comes from, in a word: its plugin, else the nearest folder with a name of its own. */
function originOf({ plugin, path }: Source, root: string): string | undefined {
  if (plugin !== undefined) return plugin.name;
  const above = dirname(relative(root, path)).split(sep);
  return above.findLast((name) => name !== '.' && !GENERIC.has(name)) ?? basename(root);
}

/** One content is published once, under the highest of its versions. */
function merged<T extends Nameable>(same: readonly T[]): Named<T>[] {
  const [first, ...others] = same;
  if (first === undefined) return [];
  const item = others.reduce((best, other) => (gt(other.version, best.version) ? other : best), first);
  return [{ item, slug: item.slug, repeats: same.filter((other) => other !== item) }];
}

/**
 * Gives every content a slug. Where several contents of one kind have one name, each gets `<plugin>-<name>`; the same
 * content in several places is one item.
 */
export function giveNames<T extends Nameable>(items: readonly T[], root: string): Named<T>[] {
  return grouped(items, ({ source, slug }) => `${source.kind} ${slug}`).flatMap((namesakes) => {
    const contents = grouped(namesakes, ({ fingerprint }) => fingerprint).flatMap(merged);
    if (contents.length === 1) return contents;
    return contents.map(({ item, slug, repeats }) => ({
      item,
      slug: slugOf(`${originOf(item.source, root) ?? ''}-${slug}`) ?? slug,
      repeats,
    }));
  });
}

/** Splits off what would overwrite another: later ones whose slug, kind and version an earlier one has. */
export function withoutClashes<T extends Nameable>(
  named: readonly Named<T>[],
): {
  readonly unique: Named<T>[];
  readonly clashing: Named<T>[];
} {
  const seen = new Set<string>();
  // Names that nobody had to lengthen come first: they are what people look for.
  const ordered = [...named].sort((a, b) => Number(a.slug !== a.item.slug) - Number(b.slug !== b.item.slug));
  const unique: Named<T>[] = [];
  const clashing: Named<T>[] = [];
  for (const each of ordered) {
    const key = `${each.item.source.kind} ${each.slug}`;
    (seen.has(key) ? clashing : unique).push(each);
    seen.add(key);
  }
  return { unique, clashing };
}
