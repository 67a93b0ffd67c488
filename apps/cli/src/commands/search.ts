import { Command } from 'commander';
import { z } from 'zod';
import { listSkills } from '@loam/contracts/http/registry';
import type { Commands } from '../session';
import { countSchema, kindOption, kindOptions } from './options';

const options = kindOptions.extend({
  tags: z.string().optional(),
  limit: countSchema.max(200, 'must be at most 200'),
});

export const searchCommand = (run: Commands): Command =>
  new Command('search')
    .description('find by words in slug and description; without words, list')
    .argument('[words...]')
    .addOption(kindOption())
    .option('--tags <list>', 'only what has all of these tags, separated by commas')
    .option('--limit <n>', 'at most so many', '50')
    .action(
      run.action(options, async ({ output, client }, { kind, tags, limit }, words) => {
        const query = words.length === 0 ? undefined : words.join(' ');
        const found = await (await client()).call(listSkills, { query: { kind, query, tags, limit } });
        output.result(found, () =>
          found.length === 0
            ? 'Nothing found.'
            : output.table(
                ['SLUG', 'VERSION', 'DESCRIPTION'],
                found.map(({ slug, version, description }) => [slug, version, description]),
              ),
        );
        return undefined;
      }),
    );
