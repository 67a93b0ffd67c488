import { Command } from 'commander';
import { z } from 'zod';
import { getDependencies } from '@loam/contracts/http/registry';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({ version: z.string().optional() });

export const depsCommand = (run: Commands): Command =>
  new Command('deps')
    .description('everything that an item needs, directly and indirectly')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'of this version, a range or a channel; else of the latest')
    .action(
      run.action(options, async ({ output, client }, query, [slug = '']) => {
        const needed = await (await client()).call(getDependencies, { params: { slug }, query });
        const rows = needed.map((each) => [String(each.depth), each.slug, each.version_range]);
        output.result(needed, () =>
          rows.length === 0 ? `${slug} needs nothing.` : output.table(['DEPTH', 'SLUG', 'RANGE'], rows),
        );
        return undefined;
      }),
    );
