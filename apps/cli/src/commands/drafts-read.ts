import { Command } from 'commander';
import { z } from 'zod';
import { getDraft, getDraftSkillMd } from '@loam/contracts/http/capturer';
import { diffDraft, getDraftEvidence, getDraftHistory } from '@loam/contracts/http/draft-review';
import type { DraftChange } from '@loam/contracts/draft-review';
import { findingLines } from '../findings';
import type { Commands } from '../session';
import { moment, plain, printable } from '../text';
import { revisionSchema } from './options';

type Draft = z.output<typeof getDraft.response>;

/** What a reviewer should know, a line each; what there is nothing of is left out. */
function headOf(draft: Draft): string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Draft', `${draft.slug} (${draft.id}), revision ${String(draft.revision)}`],
    ['Status', `${draft.status}${draft.edited ? ', edited' : ''}`],
    ['Said', draft.comment],
    ['Description', draft.description],
    ['When to use', draft.when_to_use],
    ['Tags', draft.tags.join(', ') || null],
    ['Notes', draft.notes],
    ['Session', draft.session_id && `${draft.session_id}, by ${draft.drafter ?? 'nobody'}`],
    ['Score', draft.score === null ? null : String(draft.score)],
    ['Flags', draft.flags.join(', ') || null],
    ['Gate', `${draft.verdict}, blast radius ${draft.blast_radius}`],
    ['Like', likeness(draft)],
    ['Name', nameOf(draft)],
    ['Beside it', draft.beside_revision === null ? null : `revision ${String(draft.beside_revision)}`],
    ['Refused', draft.refusal && `${draft.refusal.code}: ${draft.refusal.detail}`],
    ['Published', published(draft)],
  ];
  return facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name}: ${plain(fact)}`]));
}

const likeness = ({ merge_proposal_slug: slug, merge_proposal_similarity: similarity }: Draft) =>
  slug === null
    ? null
    : `${slug} (${(similarity ?? 0).toFixed(2)}); publish with --merge as its next version`;

function nameOf({ existing_item: item, slug }: Draft): string | null {
  if (!item) return null;
  const next = `published without --version it becomes ${item.slug} ${item.next_version}`;
  if (item.own) return `update of ${item.slug} ${item.version}; ${next}`;
  const other = item.free_slug === null ? 'another --slug' : `--slug ${item.free_slug}`;
  return `there is ${slug} ${item.version} already; ${next}, with ${other} an item of its own`;
}

const published = (draft: Draft): string | null =>
  draft.published_slug &&
  `${draft.published_slug} ${draft.published_version ?? ''}, ${draft.published_verdict ?? 'not judged'}`;

const show = (run: Commands): Command =>
  new Command('show')
    .description('one draft with its text')
    .argument('<id>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [id = '']) => {
        const loam = await client();
        const draft = await loam.call(getDraft, { params: { id } });
        const { bytes } = await loam.bytes(getDraftSkillMd, { params: { id } });
        const skill_md = bytes.toString('utf8');
        output.result({ ...draft, skill_md }, () =>
          [...headOf(draft), '', printable(skill_md).trimEnd()].join('\n'),
        );
        return undefined;
      }),
    );

const toldOf = ({ comment, published: target }: DraftChange): string =>
  [target && `${target.slug} ${target.version}`, comment].filter((part) => part !== null).join(': ');

const history = (run: Commands): Command =>
  new Command('history')
    .description('everything that happened to a draft')
    .argument('<id>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [id = '']) => {
        const changes = await (await client()).call(getDraftHistory, { params: { id } });
        output.result(changes, () =>
          output.table(
            ['REVISION', 'WHEN', 'WHAT', 'BY', 'SAID'],
            changes.map((change) => [
              ...[String(change.revision), moment(change.at), change.what, change.by, toldOf(change)],
            ]),
          ),
        );
        return undefined;
      }),
    );

const diff = (run: Commands): Command =>
  new Command('diff')
    .description('what differs from the published item most like it, or from another revision')
    .argument('<id>')
    .option('--from <revision>', 'compare with this revision instead')
    .option('--to <revision>', 'compare this revision instead of the present one')
    .action(
      run.action(
        z.object({ from: revisionSchema.optional(), to: revisionSchema.optional() }),
        async ({ output, client }, query, [id = '']) => {
          const difference = await (await client()).call(diffDraft, { params: { id }, query });
          const { files, neighbour } = difference;
          output.result(difference, () =>
            [
              ...(neighbour === null ? [] : [`From ${neighbour.slug} ${neighbour.version}:`]),
              ...(files.length === 0 ? ['Nothing differs.'] : []),
              ...files.map((file) => printable(file.diff ?? `${file.change} ${file.path}`).trimEnd()),
            ].join('\n'),
          );
          return undefined;
        },
      ),
    );

const evidence = (run: Commands): Command =>
  new Command('evidence')
    .description('what a draft rests on')
    .argument('<id>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [id = '']) => {
        const loam = await client();
        const { verdict, blast_radius } = await loam.call(getDraft, { params: { id } });
        const told = await loam.call(getDraftEvidence, { params: { id } });
        const { score, findings } = told;
        const judged = { verdict, blast_radius, findings, findings_total: findings.length };
        output.result(told, () =>
          [
            told.session_id === null
              ? 'No session: a person handed it in.'
              : `Session ${plain(told.session_id)}.`,
            ...(score === null
              ? []
              : [`Score ${String(score.total)}, of ${String(score.threshold)} that a draft needs:`]),
            ...(score?.signals ?? []).map(
              (signal) => `  ${plain(signal.kind)} +${String(signal.weight)}  ${plain(signal.evidence)}`,
            ),
            ...told.flags.map(({ flag, detail }) => plain(`Flag ${flag}: ${detail}`)),
            ...told.evidence.map((each) =>
              plain(`  ${each.claim}: ${each.source} ${each.id}  ${each.excerpt ?? ''}`).trimEnd(),
            ),
            ...findingLines(judged),
          ].join('\n'),
        );
        return undefined;
      }),
    );

/** Everything that is read of one draft. */
export const readingDrafts = (run: Commands): Command[] => [
  show(run),
  history(run),
  diff(run),
  evidence(run),
];
