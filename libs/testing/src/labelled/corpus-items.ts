import { basename, dirname } from 'node:path';
import { assembleBundle, wrapMarkdown } from '@loam/bundles';
import { type CatalogItem, itemKey } from './catalog-item';
import { loadCorpusSamples } from './corpus-samples';
import type { SafetySample } from './safety-samples';

function kindOf(path: string): CatalogItem['kind'] {
  const folder = basename(dirname(path));
  if (!path.endsWith('.md')) return 'skill';
  return folder === 'agents' ? 'agent' : 'command';
}

function itemOf({ id, files }: SafetySample): CatalogItem {
  const { manifest } = assembleBundle(wrapMarkdown(files['SKILL.md'] ?? ''), { deriveDescription: true });
  const slug = basename(id, '.md');
  return {
    ...{ kind: kindOf(id), slug, name: manifest.name ?? slug },
    ...{ description: manifest.description, tags: manifest.tags, body: manifest.body },
    whenToUse: manifest.whenToUse ?? null,
  };
}

/** The corpus as items of a catalog; of several with the same kind and slug, the first by path. */
export function corpusItems(): CatalogItem[] {
  const items = new Map<string, CatalogItem>();
  for (const sample of loadCorpusSamples()) {
    const item = itemOf(sample);
    if (!items.has(itemKey(item))) items.set(itemKey(item), item);
  }
  return [...items.values()];
}
