import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { assembleBundle, BundleProblem, wrapMarkdown, type Bundle } from '@loam/bundles';
import type { Kind } from '@loam/contracts/skill';
import { readFolder } from './folder';
import type { Plugin } from './plugin';
import { slugOf } from './slug';

/** Where an item is: a skill's folder, or the Markdown file of an agent or a command. */
export interface Source {
  readonly kind: Kind;
  readonly path: string;
  readonly plugin: Plugin | undefined;
}

/** An item that was read and keeps the rules of bundles. */
export interface Item {
  readonly source: Source;
  readonly slug: string;
  readonly version: string;
  readonly bundle: Bundle;
  /** Names of files that are not packed. */
  readonly leftOut: readonly string[];
}

const FIRST_VERSION = '1.0.0';

async function bundleOf({ kind, path }: Source): Promise<Pick<Item, 'bundle' | 'leftOut'>> {
  // Only commands may go without a description: the registry derives one by the same rule.
  const options = { deriveDescription: kind === 'command' };
  if (kind !== 'skill' || extname(path) === '.md')
    return { bundle: assembleBundle(wrapMarkdown(await readFile(path, 'utf8')), options), leftOut: [] };
  const { entries, leftOut } = await readFolder(path);
  return { bundle: assembleBundle(entries, options), leftOut };
}

/**
 * Reads an item. Its slug is the name in its frontmatter, else that of its folder or file; its version is that of its
 * frontmatter, else of its plugin, else 1.0.0.
 * @throws BundleProblem
 */
export async function readItem(source: Source): Promise<Item> {
  const { bundle, leftOut } = await bundleOf(source);
  const slug = slugOf(bundle.manifest.name ?? '') ?? slugOf(basename(source.path, '.md'));
  if (slug === undefined)
    throw new BundleProblem('name-invalid', 'Nothing of the name can be written as a slug.', '/name');
  const version = bundle.manifest.version ?? source.plugin?.version ?? FIRST_VERSION;
  return { source, slug, version, bundle, leftOut };
}
