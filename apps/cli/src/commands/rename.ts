import { Command } from 'commander';
import { renameSkill } from '@loam/contracts/http/names';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

export const renameCommand = (run: Commands): Command =>
  new Command('rename')
    .description('give an item another name; the old one leads to it, and is never given again')
    .argument('<slug>')
    .argument('<new>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async ({ output, client }, query, [slug = '', to = '']) => {
        const renamed = await (await client()).call(renameSkill, { params: { slug }, query, body: { to } });
        output.result(renamed, () => `${slug} is called ${renamed.slug} now.`);
        return undefined;
      }),
    );
