import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { readBundle, writeTarGz } from '@loam/bundles';
import { kindSchema, type Kind } from '@loam/contracts/skill';
import { usageFailure } from '../failure';
import { readPlugin, type Plugin } from '../local/plugin';
import { slugOf } from '../local/slug';
import { readItem } from '../local/source';
import { publishBundle } from '../publish-bundle';
import { wordList, type Commands, type Session } from '../session';

const options = z.object({
  slug: z.string().optional(),
  version: z.string().optional(),
  kind: kindSchema.optional(),
  tags: wordList.optional(),
  whenToUse: z.string().optional(),
  changes: z.string().optional(),
});

/** What is published, and under what name unless the caller says otherwise. */
interface Packed {
  readonly bytes: Uint8Array;
  readonly slug: string | undefined;
  readonly version: string | undefined;
}

const kindOfFolder: Readonly<Record<string, Kind>> = { agents: 'agent', commands: 'command' };

/** A folder named `agents` or `commands` says what the file in it is. */
const kindOf = (path: string): Kind => kindOfFolder[basename(dirname(path))] ?? 'skill';

async function pluginAbove(path: string): Promise<Plugin | undefined> {
  const plugin = await readPlugin(path);
  return plugin ?? (dirname(path) === path ? undefined : pluginAbove(dirname(path)));
}

async function packed(path: string, kind: Kind, session: Session): Promise<Packed> {
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

async function publish(session: Session, chosen: z.output<typeof options>, path: string): Promise<undefined> {
  const kind = chosen.kind ?? kindOf(path);
  const { bytes, ...found } = await packed(path, kind, session);
  const slug = chosen.slug ?? found.slug;
  if (slug === undefined) throw usageFailure('The bundle has no name.', 'Give it one with --slug.');
  const version = chosen.version ?? found.version ?? '1.0.0';
  const { tags, whenToUse: when_to_use, changes } = chosen;
  const metadata = { kind, slug, version, tags, when_to_use, changes };
  const { skill, unchanged } = await publishBundle(await session.client(), metadata, bytes);
  session.output.result({ ...skill, unchanged }, () =>
    unchanged
      ? `${skill.slug} ${skill.version} was published before with the same content; nothing changed.`
      : `Published ${skill.slug} ${skill.version} (${skill.kind}).`,
  );
}

export const publishCommand = (run: Commands): Command =>
  new Command('publish')
    .description('publish a skill folder, the Markdown file of an agent or command, or a packed bundle')
    .argument('<path>')
    .option('--slug <slug>', 'instead of the name in its frontmatter')
    .option('--version <version>', 'instead of the one in its frontmatter or its plugin, else 1.0.0')
    .addOption(
      new Option('--kind <kind>', 'what it is; told by a folder agents or commands').choices(
        kindSchema.options,
      ),
    )
    .option('--tags <list>', 'more tags, separated by commas')
    .option('--when-to-use <text>', 'instead of the one in its frontmatter')
    .option('--changes <text>', 'what is new in this version, for the change log')
    .action(
      run.action(options, (session, chosen, [path = '']) =>
        publish(session, chosen, resolve(session.world.cwd, path)),
      ),
    );
