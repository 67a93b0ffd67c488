import { Command } from 'commander';
import { z } from 'zod';
import { resolve } from '@loam/contracts/http/resolve';
import type { InstallPlan } from '@loam/contracts/resolve';
import type { Output } from '../output';
import type { Commands } from '../session';
import { notesInPlan } from '../withheld';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({ complete: z.boolean().optional() });

type Reasons = InstallPlan['items'][number]['reasons'];

/** `slug`, or `slug@` and an exact version, a range or a channel. */
function rootOf(text: string) {
  const at = text.indexOf('@');
  return at === -1 ? { slug: text } : { slug: text.slice(0, at), version: text.slice(at + 1) };
}

const because = (reasons: Reasons): string =>
  reasons.map(({ by, range }) => (by === null ? 'asked for' : `${by.slug} needs ${range}`)).join(', ');

function page({ items, missing, cycles }: InstallPlan, output: Output): string {
  const rows = items.map(({ kind, slug, version, reasons }) => [kind, slug, version, because(reasons)]);
  return [
    output.table(['KIND', 'SLUG', 'VERSION', 'BECAUSE'], rows),
    ...missing.map(({ slug, reasons, withheld }) => {
      const why = withheld === undefined ? '' : `; ${withheld.version} is ${withheld.status}`;
      return `Missing: ${slug} (${because(reasons)}${why})`;
    }),
    ...cycles.map(
      (cycle) => `Cycle: ${[...cycle, ...cycle.slice(0, 1)].map(({ slug }) => slug).join(' > ')}`,
    ),
  ].join('\n');
}

export const resolveCommand = (run: Commands): Command =>
  new Command('resolve')
    .description('exact versions of everything that some items need, in the order to install them')
    .argument('<slug...>', 'each may end with @ and a version, a range or a channel')
    .addOption(kindOption())
    .option('--complete', 'fail where something that is required is not in the catalog')
    .action(
      run.action(options, async ({ output, client }, { kind, complete }, slugs) => {
        const roots = slugs.map((slug) => ({ kind, ...rootOf(slug) }));
        const body = { roots, missing: complete === true ? 'refuse' : 'list' } as const;
        const plan = await (await client()).call(resolve, { body });
        for (const note of notesInPlan(plan)) output.note(note);
        output.result(plan, () => page(plan, output));
        return undefined;
      }),
    );
