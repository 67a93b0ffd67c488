import { Command, Option } from 'commander';
import { z } from 'zod';
import { listSkills } from '@loam/contracts/http/registry';
import { searchCatalog } from '@loam/contracts/http/search';
import { foundStatusSchema, rankSchema } from '@loam/contracts/search';
import { kindSchema } from '@loam/contracts/skill';
import type { Client } from '../remote/client';
import type { Output } from '../output';
import type { Commands } from '../session';
import { versionCell } from '../withheld';
import { countSchema } from './options';

const options = z.object({
  kind: kindSchema.optional(),
  tags: z.string().optional(),
  author: z.string().optional(),
  status: foundStatusSchema.optional(),
  limit: countSchema.max(200, 'must be at most 200'),
  semantic: z.string().optional(),
  minSimilarity: z.coerce.number('must be a number').min(0).max(1).optional(),
  rank: rankSchema.optional(),
  facets: z.boolean().default(false),
});
type Options = z.output<typeof options>;
type Answer = z.output<typeof searchCatalog.response>;

const percent = (similarity: number | undefined): string =>
  similarity === undefined ? '' : `${String(Math.round(similarity * 100))} %`;

const facetLines = ({ facets }: Answer): string[] =>
  Object.entries(facets).map(
    ([name, values]) =>
      `${name}: ${values.map(({ value, count }) => `${value} (${String(count)})`).join(', ')}`,
  );

/** By words and meaning. */
async function find(client: Client, output: Output, words: readonly string[], given: Options): Promise<void> {
  const { kind, tags, author, status, limit, rank, facets } = given;
  const query = { q: words.join(' '), kind, tags, author, status, limit, rank };
  const answer = await client.call(searchCatalog, { query });
  output.result(facets ? answer : answer.items, () => {
    if (answer.items.length === 0) return 'Nothing found.';
    const rows = answer.items.map((item) => [item.kind, item.slug, versionCell(item), item.description]);
    return [
      ...(answer.corrected === undefined ? [] : [`Searched for: ${answer.corrected}`]),
      output.table(['KIND', 'SLUG', 'VERSION', 'DESCRIPTION'], rows),
      ...(answer.total > rows.length ? [`${String(rows.length)} of ${String(answer.total)}`] : []),
      ...(facets ? ['', ...facetLines(answer)] : []),
    ].join('\n');
  });
}

/** By likeness to a text alone. */
async function findSimilar(client: Client, output: Output, semantic: string, given: Options): Promise<void> {
  const { kind = 'skill', tags, author, status, limit, minSimilarity: min_similarity } = given;
  const query = { semantic, min_similarity, kind, tags, author, status, limit };
  const found = await client.call(listSkills, { query });
  output.result(found, () =>
    found.length === 0
      ? 'Nothing found.'
      : output.table(
          ['MATCH', 'SLUG', 'VERSION', 'DESCRIPTION'],
          found.map((item) => [percent(item.similarity), item.slug, versionCell(item), item.description]),
        ),
  );
}

export const searchCommand = (run: Commands): Command =>
  new Command('search')
    .description('find by words and meaning, typos forgiven; without words, the most used')
    .argument('[words...]')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(kindSchema.options))
    .option('--tags <list>', 'only what has all of these tags, separated by commas')
    .option('--author <id>', 'only what this one published')
    .addOption(new Option('--status <status>', 'what became of it').choices(foundStatusSchema.options))
    .option('--limit <n>', 'at most so many', '50')
    .option('--semantic <text>', 'what is most similar to a text, instead of words')
    .option('--min-similarity <f>', 'with --semantic: at least so similar, 0 to 1')
    .addOption(
      new Option('--rank <order>', 'relevance, or proven: success and use count as well').choices(
        rankSchema.options,
      ),
    )
    .option('--facets', 'count what was found by kind, status, author and tag')
    .action(
      run.action(options, async ({ output, client }, given, words) => {
        const called = await client();
        await (given.semantic === undefined
          ? find(called, output, words, given)
          : findSimilar(called, output, given.semantic, given));
        return undefined;
      }),
    );
