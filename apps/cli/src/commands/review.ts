import { Command } from 'commander';
import { z } from 'zod';
import { getFindings, reviewSkill } from '@loam/contracts/http/safety';
import { usageFailure } from '../failure';
import { findingLines } from '../findings';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({
  allow: z.boolean().default(false),
  block: z.boolean().default(false),
  reason: z.string().optional(),
});

export const reviewCommand = (run: Commands): Command =>
  new Command('review')
    .description('show what the safety gate found in a version, or decide about it in its place')
    .argument('<slug>')
    .argument('<version>')
    .addOption(kindOption())
    .option('--allow', 'anyone may install it')
    .option('--block', 'nobody may install it')
    .option('--reason <text>', 'why; needed for a decision')
    .action(
      run.action(options, async (session, { kind, allow, block, reason }, [slug = '', version = '']) => {
        const client = await session.client();
        const params = { slug };
        if (allow === block) {
          if (allow) throw usageFailure('Decide for one of --allow and --block.');
          const found = await client.call(getFindings, { params, query: { kind, version } });
          session.output.result(found, () =>
            [`${slug} ${version}: ${found.verdict}`, ...findingLines(found)].join('\n'),
          );
          return undefined;
        }
        if (reason === undefined) throw usageFailure('A decision needs a --reason.');
        const body = { version, decision: allow ? 'allow' : 'block', reason } as const;
        const decided = await client.call(reviewSkill, { params, query: { kind }, body });
        const shows = `The catalog shows ${decided.latest ?? 'no version'}.`;
        session.output.result(decided, () => `${slug} ${version}: ${decided.verdict}. ${shows}`);
        return undefined;
      }),
    );
