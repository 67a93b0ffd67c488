import { Command, Option } from 'commander';
import { z } from 'zod';
import { getUsagePolicy, setUsagePolicy } from '@loam/contracts/http/usage';
import type { Commands, Session } from '../session';
import { countSchema } from './options';

const onOff = z
  .enum(['on', 'off'])
  .transform((word) => word === 'on')
  .optional();
const options = z.object({
  tracking: onOff,
  people: onOff,
  leastPeople: countSchema.optional(),
  retentionDays: countSchema.optional(),
});

async function policy({ output, client }: Session, change: z.output<typeof options>): Promise<undefined> {
  const remote = await client();
  const isChange = Object.values(change).some((value) => value !== undefined);
  const found = isChange
    ? await remote.call(setUsagePolicy, { body: change })
    : await remote.call(getUsagePolicy, {});
  output.result(found, () =>
    output.table(
      ['WHAT', 'IS'],
      [
        ['tracking', found.tracking ? 'on' : 'off'],
        ['people', found.people ? 'on' : 'off'],
        ['least people', String(found.leastPeople)],
        ['retention days', String(found.retentionDays)],
      ],
    ),
  );
}

const switchOption = (name: string, what: string): Option => new Option(`--${name} <on|off>`, what);

export const policyCommand = (run: Commands): Command =>
  new Command('policy')
    .description('what is kept of use and for how long; with options, decide it')
    .addOption(switchOption('tracking', 'whether anything is recorded').choices(['on', 'off']))
    .addOption(switchOption('people', 'whether it is recorded by person and session').choices(['on', 'off']))
    .option('--least-people <n>', 'tell of no fewer sessions than this, 3 at least')
    .option('--retention-days <n>', 'keep facts for so long, 30 at least')
    .action(run.action(options, (session, change) => policy(session, change)));
