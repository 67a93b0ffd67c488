import { Command } from 'commander';
import { archiveSkill } from '@loam/contracts/http/registry';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

export const archiveCommand = (run: Commands): Command =>
  new Command('archive')
    .description('take an item out of the catalog; its versions stay downloadable by exact version')
    .argument('<slug>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, { kind }, [slug = '']) => {
        const archived = await (
          await session.client()
        ).call(archiveSkill, { params: { slug }, query: { kind } });
        session.output.result(archived, () => `Archived ${archived.slug} (latest ${archived.version}).`);
        return undefined;
      }),
    );
