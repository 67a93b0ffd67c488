import { Command } from 'commander';
import { z } from 'zod';
import { eraseSkill } from '@loam/contracts/http/lifecycle';
import { usageFailure } from '../failure';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

const options = kindOptions.extend({
  version: z.string().optional(),
  reason: z.string(),
  yes: z.literal(true).optional(),
});

export const eraseCommand = (run: Commands): Command =>
  new Command('erase')
    .description('destroy an item, or one version of it, for good; its version numbers are never used again')
    .argument('<slug>')
    .addOption(kindOption())
    .option('--version <version>', 'only this version')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .option('--yes', 'there is no way back: say that you mean it')
    .action(
      run.action(options, async (session, { kind, version, reason, yes }, [slug = '']) => {
        if (yes !== true) throw usageFailure('There is no way back from erasing. Add --yes if you mean it.');
        const client = await session.client();
        const body = { reason, ...(version === undefined ? {} : { version }) };
        const erased = await client.call(eraseSkill, { params: { slug }, query: { kind }, body });
        session.output.result(erased, () =>
          erased.versions.length === 0
            ? 'It was erased before.'
            : `Erased ${slug} ${erased.versions.join(', ')}.`,
        );
        return undefined;
      }),
    );
