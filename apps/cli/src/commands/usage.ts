import { Command, Option } from 'commander';
import { topSkills, usageTimeline } from '@loam/contracts/http/telemetry';
import { z } from 'zod';
import type { Commands, Session } from '../session';
import { countSchema } from './options';
import { policyCommand } from './usage-policy';
import { reportCommand } from './usage-report';
import { watchCommand } from './usage-watch';

const timelineOptions = z.object({ days: countSchema.max(365, 'must be at most 365') });
const topOptions = timelineOptions.extend({ limit: countSchema.max(100, 'must be at most 100') });

const days = (): Option => new Option('--days <n>', 'of the last so many days').default('30');

async function timeline(
  { output, client }: Session,
  query: z.output<typeof timelineOptions>,
): Promise<undefined> {
  const found = await (await client()).call(usageTimeline, { query });
  output.result(found, () =>
    output.table(
      ['DAY', 'DOWNLOADS', 'VIEWS', 'SKILLS'],
      found.map((each) => [each.day, ...[each.downloads, each.views, each.unique_skills].map(String)]),
    ),
  );
}

async function top({ output, client }: Session, query: z.output<typeof topOptions>): Promise<undefined> {
  const found = await (await client()).call(topSkills, { query });
  output.result(found, () =>
    output.table(
      ['SLUG', 'DOWNLOADS', 'VIEWS', 'TOTAL'],
      found.map((each) => [each.slug, ...[each.downloads, each.views, each.total].map(String)]),
    ),
  );
}

export const usageCommand = (run: Commands): Command =>
  new Command('usage')
    .description('how much is used, day by day, and what the most')
    .addCommand(
      new Command('timeline')
        .description('uses per UTC day')
        .addOption(days())
        .action(run.action(timelineOptions, (session, query) => timeline(session, query))),
      { isDefault: true },
    )
    .addCommand(
      new Command('top')
        .description('the most used')
        .addOption(days())
        .option('--limit <n>', 'at most so many', '10')
        .action(run.action(topOptions, (session, query) => top(session, query))),
    )
    .addCommand(reportCommand(run))
    .addCommand(watchCommand(run))
    .addCommand(policyCommand(run));
