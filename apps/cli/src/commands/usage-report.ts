import { Command, Option } from 'commander';
import { z } from 'zod';
import { usageSeries } from '@loam/contracts/http/usage';
import { kindSchema } from '@loam/contracts/skill';
import { usageBucketSchema } from '@loam/contracts/usage';
import type { Commands, Session } from '../session';
import { countSchema } from './options';

const options = z.object({
  days: countSchema.max(365, 'must be at most 365'),
  tz: z.string().default('UTC'),
  bucket: usageBucketSchema,
  skill: z.string().optional(),
  kind: kindSchema.optional(),
  version: z.string().optional(),
  project: z.string().optional(),
});

type Series = z.output<typeof usageSeries.response>;
type Sums = Series['totals'];

const percent = (part: number): string => `${String(Math.round(part * 100))} %`;
const cells = ({ views, downloads, activations, invocations, success, cost }: Sums): string[] => [
  ...[views, downloads, activations, invocations].map((number) => String(number ?? '')),
  success === null ? '' : `${percent(success.rate)} (${percent(success.low)} to ${percent(success.high)})`,
  cost === undefined || cost === 0 ? '' : `$${cost.toFixed(2)}`,
];

async function report({ output, client }: Session, query: z.output<typeof options>): Promise<undefined> {
  const found = await (await client()).call(usageSeries, { query: { ...query, compare: 'previous' } });
  output.result(found, () =>
    output.table(
      ['FROM', 'VIEWS', 'DOWNLOADS', 'ACTIVATIONS', 'INVOCATIONS', 'SUCCESS', 'COST'],
      [
        ...found.buckets.map((bucket) => [bucket.start, ...cells(bucket)]),
        ['all', ...cells(found.totals)],
        ...(found.previous === null ? [] : [['before', ...cells(found.previous)]]),
      ],
    ),
  );
}

export const reportCommand = (run: Commands): Command =>
  new Command('report')
    .description('all that is counted, per hour, day, week or month, with as long a time before')
    .addOption(new Option('--days <n>', 'of the last so many days').default('30'))
    .addOption(new Option('--tz <zone>', 'of this time zone').default('UTC'))
    .addOption(new Option('--bucket <b>', 'how finely').choices(usageBucketSchema.options).default('day'))
    .option('--skill <slug>', 'only of this item')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(kindSchema.options))
    .option('--version <version>', 'only of this version')
    .option('--project <name>', 'only of this project')
    .action(run.action(options, (session, query) => report(session, query)));
