import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { kindSchema } from '@loam/contracts/skill';
import { usageFailure } from '../failure';
import { getFindings } from '@loam/contracts/http/safety';
import { findingLines } from '../findings';
import { kindOf, packed } from '../local/packed';
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

async function publish(session: Session, chosen: z.output<typeof options>, path: string): Promise<undefined> {
  const kind = chosen.kind ?? kindOf(path);
  const { bytes, ...named } = await packed(path, kind, session);
  const slug = chosen.slug ?? named.slug;
  if (slug === undefined) throw usageFailure('The bundle has no name.', 'Give it one with --slug.');
  const version = chosen.version ?? named.version ?? '1.0.0';
  const { tags, whenToUse: when_to_use, changes } = chosen;
  const metadata = { kind, slug, version, tags, when_to_use, changes };
  const client = await session.client();
  const { skill, unchanged } = await publishBundle(client, metadata, bytes);
  const found = await client.call(getFindings, { params: { slug }, query: { kind, version } });
  session.output.result({ ...skill, unchanged, findings: found.findings }, () =>
    [
      unchanged
        ? `${skill.slug} ${skill.version} was published before with the same content; nothing changed.`
        : `Published ${skill.slug} ${skill.version} (${skill.kind}).`,
      ...findingLines(found),
    ].join('\n'),
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
