import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readBundle, writeTarGz } from '@loam/bundles';
import type { Kind } from '@loam/contracts/skill';
import { usageFailure } from '../failure';
import type { Session } from '../session';
import { readPlugin, type Plugin } from './plugin';
import { slugOf } from './slug';
import { readItem } from './source';

/** What is published, and under what name unless the caller says otherwise. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly slug: string | undefined;
  readonly version: string | undefined;
}

const kindOfFolder: Readonly<Record<string, Kind>> = { agents: 'agent', commands: 'command' };

/** A folder named `agents` or `commands` says what the file in it is. */
export const kindOf = (path: string): Kind => kindOfFolder[basename(dirname(path))] ?? 'skill';

async function pluginAbove(path: string): Promise<Plugin | undefined> {
  const plugin = await readPlugin(path);
  return plugin ?? (dirname(path) === path ? undefined : pluginAbove(dirname(path)));
}

/** A skill folder, the Markdown file of an agent or command, or a packed bundle, as it is sent. */
export async function packed(path: string, kind: Kind, session: Session): Promise<Packed> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw usageFailure(`There is no ${path}.`);
  if (there.isFile() && !path.endsWith('.md')) {
    const bytes = await readFile(path);
    const { manifest } = await readBundle(bytes, { deriveDescription: kind === 'command' });
    return { bytes, slug: slugOf(manifest.name ?? ''), version: manifest.version };
  }
  const item = await readItem({ kind, path, plugin: await pluginAbove(dirname(path)) });
  if (item.leftOut.length > 0) session.output.note(`Left out: ${item.leftOut.join(', ')}`);
  return { bytes: await writeTarGz(item.bundle.entries), slug: item.slug, version: item.version };
}
