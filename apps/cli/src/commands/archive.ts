import { Command } from 'commander';
import { archiveSkill, unarchiveSkill } from '@loam/contracts/http/lifecycle';
import { versionSchema } from '@loam/contracts/skill';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({ version: versionSchema.optional() });

/** What changed, and what the catalog shows now. */
const outcome = (done: string, versions: readonly string[], latest: string | null): string => {
  const what = versions.length === 0 ? 'Nothing to do' : `${done} ${versions.join(', ')}`;
  return `${what}; the catalog shows ${latest ?? 'no version'}.`;
};

export const archiveCommand = (run: Commands): Command =>
  new Command('archive')
    .description(
      'take an item, or one version of it, out of the catalog; it stays downloadable by exact version',
    )
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'only this version')
    .action(
      run.action(options, async (session, query, [slug = '']) => {
        const client = await session.client();
        const archived = await client.call(archiveSkill, { params: { slug }, query });
        session.output.result(archived, () => outcome('Archived', archived.versions, archived.latest));
        return undefined;
      }),
    );

export const unarchiveCommand = (run: Commands): Command =>
  new Command('unarchive')
    .description('bring an archived item, or one version of it, back into the catalog')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'only this version')
    .action(
      run.action(options, async (session, query, [slug = '']) => {
        const client = await session.client();
        const back = await client.call(unarchiveSkill, { params: { slug }, query });
        session.output.result(back, () => outcome('Brought back', back.versions, back.latest));
        return undefined;
      }),
    );
