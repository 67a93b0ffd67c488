import { Command, Option } from 'commander';
import { z } from 'zod';
import {
  decayDigest,
  decayStandings,
  explainDecay,
  listSweeps,
  pinItem,
  runSweep,
  snoozeItem,
  unpinItem,
  wakeItem,
} from '@loam/contracts/http/decay';
import { decayRuleSchema } from '@loam/contracts/decay-policy';
import { kindSchema } from '@loam/contracts/skill';
import type { Commands, Session } from '../session';
import { moment, plain } from '../text';
import { decayPolicyCommand } from './decay-policy';
import { countSchema, kindOption, kindOptions } from './options';

const states = ['decided', 'all', 'live', 'candidate', 'notified', 'archived'] as const;
const listOptions = z.object({
  state: z.enum(states),
  kind: kindSchema.optional(),
  rule: decayRuleSchema.optional(),
  tag: z.string().optional(),
  below: z.coerce.number('must be a number').positive('must be more than 0').optional(),
  limit: countSchema.max(1000, 'must be at most 1000'),
  cursor: z.string().optional(),
});

const list = (run: Commands): Command =>
  new Command('list')
    .description('the decay candidates, the faintest first')
    .addOption(new Option('--state <state>', 'where they stand').choices(states).default('decided'))
    .addOption(new Option('--kind <kind>', 'only this kind').choices(kindSchema.options))
    .addOption(new Option('--rule <rule>', 'only for this reason').choices(decayRuleSchema.options))
    .option('--tag <tag>', 'only with this tag')
    .option('--below <score>', 'only with a decayed score below this')
    .option('--limit <n>', 'at most so many', '100')
    .option('--cursor <cursor>', 'go on where a page ended')
    .action(
      run.action(listOptions, async ({ output, client }, query) => {
        const found = await (await client()).call(decayStandings, { query });
        const rows = found.items.map((item) => [
          ...[item.kind, item.slug, item.state, item.rules.join(', '), String(item.uses)],
          ...[item.lastUsedAt === null ? 'never' : moment(item.lastUsedAt), item.score.toFixed(2)],
        ]);
        output.result(found, () =>
          rows.length === 0
            ? 'Nothing.'
            : output.table(['KIND', 'SLUG', 'STATE', 'RULES', 'USES', 'LAST USED', 'SCORE'], rows),
        );
        if (found.next_cursor !== null) output.note(`More with --cursor ${found.next_cursor}`);
        return undefined;
      }),
    );

type Explained = z.output<typeof explainDecay.response>;

const inProjects = ({ count, exact }: Explained['standing']['distinctProjects']): string =>
  `${exact ? '' : 'about '}${String(count)} projects that were named`;

const lines = (explained: Explained): string[] => {
  const { standing, verdict, policy, score, decision } = explained;
  const reasons = verdict?.reasons.map(({ rule, detail }) => `  ${rule}: ${plain(detail)}`) ?? [];
  const exemptions =
    verdict?.exemptions.map(({ exemption, detail }) => `  ${exemption}: ${plain(detail)}`) ?? [];
  const scope = policy.tag === null ? policy.kind : `${policy.kind} tagged ${plain(policy.tag)}`;
  return [
    `${standing.slug} is ${standing.state}${standing.since === null ? '' : ` since ${moment(standing.since)}`}.`,
    `Policy ${String(policy.version)} for ${scope}; score ${score.stored.toFixed(3)} (again: ${score.recomputed.toFixed(3)}).`,
    `Used ${String(standing.uses)} times in all, in ${inProjects(standing.distinctProjects)}.`,
    ...(reasons.length === 0 ? ['No rule holds.'] : ['Rules that hold:', ...reasons]),
    ...(exemptions.length === 0 ? [] : ['Exempt:', ...exemptions]),
    ...(decision === null
      ? []
      : [`Flagged ${moment(decision.at)}; judged again: ${decision.same ? 'the same' : 'otherwise'}.`]),
  ];
};

const explain = (run: Commands): Command =>
  new Command('explain')
    .description('why an item is a candidate or is none')
    .argument('<slug>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async ({ output, client }, query, [slug = '']) => {
        const found = await (await client()).call(explainDecay, { params: { slug }, query });
        const events = found.events
          .slice(0, 20)
          .map(({ at, type, summary }) => [moment(at), type, plain(summary)]);
        output.result(found, () =>
          [...lines(found), '', output.table(['AT', 'EVENT', 'WHAT'], events)].join('\n'),
        );
        return undefined;
      }),
    );

type Query = z.output<typeof kindOptions>;
type Keep = (
  session: Session,
  given: { params: { slug: string }; query: Query },
) => Promise<{ slug: string; state: string }>;

/** A command that has one item kept, or no longer. */
const keep = (run: Commands, name: string, description: string, work: Keep): Command =>
  new Command(name)
    .description(description)
    .argument('<slug>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, query, [slug = '']) => {
        const kept = await work(session, { params: { slug }, query });
        session.output.result(kept, () => `${kept.slug} is ${kept.state}.`);
        return undefined;
      }),
    );

const snooze = (run: Commands): Command =>
  new Command('snooze')
    .description('let an item be no candidate for a while')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--days <n>', 'so many days', '30')
    .action(
      run.action(
        kindOptions.extend({ days: countSchema.max(3650, 'must be at most 3650') }),
        async ({ output, client }, { kind, days }, [slug = '']) => {
          const body = { days };
          const kept = await (await client()).call(snoozeItem, { params: { slug }, query: { kind }, body });
          output.result(kept, () => `${slug} is snoozed until ${moment(kept.snoozedUntil ?? '')}.`);
          return undefined;
        },
      ),
    );

const sweeps = (run: Commands): Command =>
  new Command('sweeps').description('what came of the sweeps, newest first').action(
    run.action(z.object({}), async ({ output, client }) => {
      const found = await (await client()).call(listSweeps, { query: {} });
      const rows = found.sweeps.map(({ at, outcome, policyVersion, ...counts }) => [
        ...[moment(at), outcome, String(policyVersion)],
        ...[counts.examined, counts.flagged, counts.cleared, counts.notified, counts.archived].map(String),
      ]);
      const headings = ['AT', 'OUTCOME', 'POLICY', 'EXAMINED', 'FLAGGED', 'CLEARED', 'NOTIFIED', 'ARCHIVED'];
      output.result(found, () => (rows.length === 0 ? 'No sweeps.' : output.table(headings, rows)));
      return undefined;
    }),
  );

const sweep = (run: Commands): Command =>
  new Command('sweep').description('sweep now').action(
    run.action(z.object({}), async ({ output, client }) => {
      const begun = await (await client()).call(runSweep, {});
      output.result(begun, () => `Sweep ${begun.id} has begun; see \`loam decay sweeps\`.`);
      return undefined;
    }),
  );

const digest = (run: Commands): Command =>
  new Command('digest').description('what decay came to in the last seven days').action(
    run.action(z.object({}), async ({ output, client }) => {
      const found = await (await client()).call(decayDigest, {});
      const names = (items: readonly { readonly slug: string }[]): string =>
        items.map(({ slug }) => slug).join(', ') || 'none';
      output.result(found, () =>
        [
          `Candidates: ${String(found.candidates)}`,
          `New (${String(found.flaggedTotal)}): ${names(found.flagged)}`,
          `Owner told (${String(found.notifiedTotal)}): ${names(found.notified)}`,
          `Revived (${String(found.revivedTotal)}): ${names(found.revived)}`,
          `Archived (${String(found.archivedTotal)}): ${names(found.archived)}`,
          `Declining: ${found.decliners.map((item) => `${item.slug} ${String(item.before)} → ${String(item.now)}`).join(', ') || 'none'}`,
        ].join('\n'),
      );
      return undefined;
    }),
  );

export const decayCommand = (run: Commands): Command =>
  new Command('decay')
    .description('what fades for want of use, why, and what is done about it')
    .addCommand(list(run), { isDefault: true })
    .addCommand(explain(run))
    .addCommand(
      keep(run, 'pin', 'never let an item become a candidate', async ({ client }, given) =>
        (await client()).call(pinItem, given),
      ),
    )
    .addCommand(
      keep(run, 'unpin', 'let an item become a candidate again', async ({ client }, given) =>
        (await client()).call(unpinItem, given),
      ),
    )
    .addCommand(snooze(run))
    .addCommand(
      keep(run, 'wake', 'end the snooze of an item', async ({ client }, given) =>
        (await client()).call(wakeItem, given),
      ),
    )
    .addCommand(decayPolicyCommand(run))
    .addCommand(sweep(run))
    .addCommand(sweeps(run))
    .addCommand(digest(run));
