import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { writeTarGz } from '@loam/bundles';
import { publishSkill } from '@loam/contracts/http/registry';
import type { Caller } from './caller.fixtures';

/** A SKILL.md with this frontmatter. */
export const skillMd = (frontmatter: Readonly<Record<string, string>>, body = 'Do it well.'): string =>
  ['---', ...Object.entries(frontmatter).map(([key, value]) => `${key}: ${value}`), '---', body, ''].join(
    '\n',
  );

/** A good bundle of these files. */
export const bundleOf = (files: Readonly<Record<string, string>>): Promise<Uint8Array> =>
  writeTarGz(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text), executable: false })),
  );

interface Publication {
  readonly version?: string;
  readonly description?: string;
  readonly requires?: readonly string[];
  readonly body?: string;
}

/** Publishes a skill, version 1.0.0 unless said otherwise, and gives its bundle as it was sent. */
export async function publish(caller: Caller, slug: string, publication: Publication = {}) {
  const { version = '1.0.0', description = `About ${slug}.`, requires = [], body } = publication;
  const frontmatter = { name: slug, description, requires: JSON.stringify(requires) };
  const bundle = await bundleOf({ 'SKILL.md': skillMd(frontmatter, body) });
  const skill = await caller.call(publishSkill, { body: { slug, version }, bundle });
  return { skill, bundle };
}

/** An entry of an archive, good or not. */
export interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly type?: 'file' | 'link' | 'symlink' | 'character-device';
  readonly linkname?: string;
}

/** A gzip-compressed tar of exactly these entries, good or not. */
export async function tarGz(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries)
    if (header.type === undefined || header.type === 'file') archive.entry(header, Buffer.from(content));
    else archive.entry(header);
  archive.finalize();
  return gzipSync(await buffer(archive));
}
