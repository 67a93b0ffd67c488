import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Dirent } from 'node:fs';
import { isLeftOut } from '../local/left-out';
import { readPlugin, type Plugin } from '../local/plugin';
import type { Source } from '../local/source';

interface Place {
  readonly folder: string;
  readonly plugin: Plugin | undefined;
  /** What Markdown files are here: set in `agents` and `commands` and below them. */
  readonly kind: 'agent' | 'command' | undefined;
}

const isSkillMd = (item: Dirent): boolean => item.isFile() && item.name.toLowerCase() === 'skill.md';
const isItemFile = (item: Dirent): boolean =>
  item.isFile() && item.name.endsWith('.md') && item.name.toLowerCase() !== 'readme.md';

const kindOf = (folder: string, above: Place['kind']): Place['kind'] => {
  const name = basename(folder);
  return name === 'agents' ? 'agent' : name === 'commands' ? 'command' : above;
};

/**
 * Everything below a folder that can be published, in the order of its paths: folders with a SKILL.md, which belong
 * wholly to their skill, and the Markdown files in folders called `agents` and `commands`. Links are not followed.
 */
export async function findSources(
  folder: string,
  above: Pick<Place, 'plugin' | 'kind'> = { plugin: undefined, kind: undefined },
): Promise<Source[]> {
  const items = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const plugin = (await readPlugin(folder)) ?? above.plugin;
  if (items.some(isSkillMd)) return [{ kind: 'skill', path: folder, plugin }];
  const kind = kindOf(folder, above.kind);
  const found: Source[] = [];
  for (const item of items) {
    const path = join(folder, item.name);
    if (item.isDirectory() && !isLeftOut(item.name, false))
      found.push(...(await findSources(path, { plugin, kind })));
    else if (kind !== undefined && isItemFile(item)) found.push({ kind, path, plugin });
  }
  return found;
}
