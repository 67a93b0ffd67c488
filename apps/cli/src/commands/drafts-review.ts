import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { discardDraft, getDraft, getDraftSkillMd } from '@loam/contracts/http/capturer';
import {
  approveDraft,
  changeReviewRule,
  commentDraft,
  editDraft,
  getReviewRule,
  requestDraftChanges,
} from '@loam/contracts/http/draft-review';
import { usageFailure } from '../failure';
import { editText } from '../local/edit-text';
import { wordList, type Commands, type Session } from '../session';
import { revisionSchema } from './options';

const REVISION = ['--revision <n>', 'only if it still is at this revision'] as const;
const atRevision = z.object({ revision: revisionSchema.optional() });

/** Says what was read, so that nothing is decided about what somebody has changed meanwhile. */
const ifAt = (revision: number | undefined) =>
  revision === undefined ? {} : { headers: { 'if-match': `"${String(revision)}"` } };

const edits = atRevision.extend({
  file: z.string().optional(),
  slug: z.string().optional(),
  description: z.string().optional(),
  whenToUse: z.string().optional(),
  notes: z.string().optional(),
  tags: wordList.optional(),
  restore: revisionSchema.optional(),
});

async function edit(session: Session, chosen: z.output<typeof edits>, id: string): Promise<undefined> {
  const { output, client, world } = session;
  const { file, whenToUse: when_to_use, revision, ...fields } = chosen;
  const loam = await client();
  const params = { id };
  const read = revision ?? (await loam.call(getDraft, { params })).revision;
  const named = { ...fields, ...(when_to_use === undefined ? {} : { when_to_use }) };
  const byHand = file === undefined && Object.values(named).every((value) => value === undefined);
  const skill_md = byHand ? await editedByHand(session, id) : await textIn(file, world.cwd);
  const body = { ...named, ...(skill_md === undefined ? {} : { skill_md }) };
  const draft = await loam.call(editDraft, { params, body, ...ifAt(read) });
  output.result(draft, () =>
    draft.revision === read
      ? `Draft ${id} says so already; nothing changed.`
      : `Draft ${id} is at revision ${String(draft.revision)}.`,
  );
}

const textIn = async (file: string | undefined, cwd: string): Promise<string | undefined> =>
  file === undefined
    ? undefined
    : readFile(resolve(cwd, file), 'utf8').catch(() => {
        throw usageFailure(`${file} cannot be read.`);
      });

async function editedByHand({ client, world }: Session, id: string): Promise<string> {
  const { bytes } = await (await client()).bytes(getDraftSkillMd, { params: { id } });
  return editText(bytes.toString('utf8'), world);
}

export const editCommand = (run: Commands): Command =>
  new Command('edit')
    .description('change what a draft says; without options, its SKILL.md in your $EDITOR')
    .argument('<id>')
    .option('--file <path>', 'the whole SKILL.md')
    .option('--slug <slug>', 'the name that it gets')
    .option('--description <text>', 'what it is')
    .option('--when-to-use <text>', 'an empty text clears it')
    .option('--notes <text>', 'for the reviewer; an empty text clears them')
    .option('--tags <list>', 'all its tags, separated by commas')
    .option('--restore <revision>', 'begin with what was said, or lay beside it, at this revision')
    .option(...REVISION)
    .action(run.action(edits, (session, chosen, [id = '']) => edit(session, chosen, id)));

const approval = atRevision.extend({ acknowledgeFlags: z.boolean().default(false) });

const approve = (run: Commands): Command =>
  new Command('approve')
    .description('be content with a draft as it is')
    .argument('<id>')
    .option('--acknowledge-flags', 'though it is flagged: you have seen with what')
    .option(...REVISION)
    .action(
      run.action(approval, async ({ output, client }, { revision, acknowledgeFlags }, [id = '']) => {
        const body = { acknowledge_flags: acknowledgeFlags };
        const draft = await (await client()).call(approveDraft, { params: { id }, body, ...ifAt(revision) });
        output.result(draft, () => `Approved ${draft.slug} as it is at revision ${String(draft.revision)}.`);
        return undefined;
      }),
    );

const requestChanges = (run: Commands): Command =>
  new Command('request-changes')
    .description('ask for another text')
    .argument('<id>')
    .requiredOption('--comment <text>', 'what should change')
    .option(...REVISION)
    .action(
      run.action(
        atRevision.extend({ comment: z.string() }),
        async ({ output, client }, { comment, revision }, [id = '']) => {
          const given = { params: { id }, body: { comment }, ...ifAt(revision) };
          const draft = await (await client()).call(requestDraftChanges, given);
          output.result(draft, () => `Asked for changes of ${draft.slug}.`);
          return undefined;
        },
      ),
    );

const comment = (run: Commands): Command =>
  new Command('comment')
    .description('say something about a draft')
    .argument('<id>')
    .argument('<text>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [id = '', text = '']) => {
        const draft = await (await client()).call(commentDraft, { params: { id }, body: { comment: text } });
        output.result(draft, () => `Noted with ${draft.slug}.`);
        return undefined;
      }),
    );

/** What a reviewer says of a draft. */
export const reviewingDrafts = (run: Commands): Command[] => [
  approve(run),
  requestChanges(run),
  comment(run),
];

export const discardCommand = (run: Commands): Command =>
  new Command('discard')
    .description('decide against a draft')
    .argument('<id>')
    .option('--reason <text>', 'why')
    .action(
      run.action(z.object({ reason: z.string().optional() }), async ({ output, client }, body, [id = '']) => {
        await (await client()).call(discardDraft, { params: { id }, body });
        output.result({ id, status: 'discarded' }, () => `Discarded ${id}.`);
        return undefined;
      }),
    );

export const ruleCommand = (run: Commands): Command =>
  new Command('rule')
    .description('whether a draft needs the approval of somebody who wrote none of it')
    .addArgument(new Argument('[second-person]', 'changes it').choices(['on', 'off']))
    .action(
      run.action(z.object({}), async ({ output, client }, _, [wanted]) => {
        const loam = await client();
        const rule =
          wanted === undefined
            ? await loam.call(getReviewRule, {})
            : await loam.call(changeReviewRule, { body: { second_person: wanted === 'on' } });
        output.result(rule, () =>
          rule.second_person
            ? 'Drafts need the approval of somebody who wrote none of them.'
            : 'Whoever wrote a draft may publish it.',
        );
        return undefined;
      }),
    );
