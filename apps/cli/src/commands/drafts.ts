import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { writeTarGz } from '@loam/bundles';
import { createDraft, listDrafts } from '@loam/contracts/http/capturer';
import { readItem } from '../local/source';
import { wordList, type Commands } from '../session';
import { moment } from '../text';
import { readingDrafts } from './drafts-read';
import { discardCommand, editCommand, reviewingDrafts, ruleCommand } from './drafts-review';
import { publishDraftCommand } from './drafts-publish';

const statusSchema = listDrafts.query.shape.status.unwrap();

const list = (run: Commands): Command =>
  new Command('list')
    .description('drafts, newest first')
    .addOption(new Option('--status <status>', 'which').choices(statusSchema.options).default('pending'))
    .action(
      run.action(z.object({ status: statusSchema }), async ({ output, client }, query) => {
        const drafts = await (await client()).call(listDrafts, { query });
        output.result(drafts, () =>
          drafts.length === 0
            ? 'No drafts.'
            : output.table(
                ['ID', 'STATUS', 'CREATED', 'SCORE', 'GATE', 'LIKE', 'SLUG', 'DESCRIPTION'],
                drafts.map((draft) => [
                  draft.id,
                  draft.status,
                  moment(draft.created_at),
                  draft.score === null ? '-' : String(draft.score),
                  draft.verdict,
                  draft.merge_proposal_slug ?? '-',
                  draft.slug,
                  draft.description,
                ]),
              ),
        );
        return undefined;
      }),
    );

const createOptions = z.object({
  slug: z.string().optional(),
  tags: wordList.optional(),
  notes: z.string().optional(),
  whenToUse: z.string().optional(),
});

const create = (run: Commands): Command =>
  new Command('create')
    .description('hand in a skill folder for review')
    .argument('<folder>')
    .option('--slug <slug>', 'instead of the name in its frontmatter')
    .option('--tags <list>', 'more tags, separated by commas')
    .option('--notes <text>', 'for the reviewer')
    .option('--when-to-use <text>', 'instead of the one in its frontmatter')
    .action(
      run.action(createOptions, async ({ output, world, client }, chosen, [folder = '']) => {
        const item = await readItem({ kind: 'skill', path: resolve(world.cwd, folder), plugin: undefined });
        const { slug = item.slug, tags, notes, whenToUse } = chosen;
        const draft = await (
          await client()
        ).call(createDraft, {
          body: { slug, tags, notes, when_to_use: whenToUse },
          bundle: await writeTarGz(item.bundle.entries),
        });
        output.result(draft, () => `Draft ${draft.id} of ${draft.slug} awaits review.`);
        return undefined;
      }),
    );

export const draftsCommand = (run: Commands): Command =>
  [
    create(run),
    ...readingDrafts(run),
    editCommand(run),
    ...reviewingDrafts(run),
    publishDraftCommand(run),
    discardCommand(run),
    ruleCommand(run),
  ].reduce(
    (drafts, command) => drafts.addCommand(command),
    new Command('drafts')
      .description('proposals that a person reviews')
      .addCommand(list(run), { isDefault: true }),
  );
