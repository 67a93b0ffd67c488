import { Command } from 'commander';
import { z } from 'zod';
import { unyankSkill, yankSkill } from '@loam/contracts/http/lifecycle';
import type { Commands } from '../session';
import { kindOption, kindOptions } from './options';

const shows = (latest: string | null): string => `The catalog shows ${latest ?? 'no version'}.`;

export const yankCommand = (run: Commands): Command =>
  new Command('yank')
    .description('have a version resolved no more; it stays downloadable by exact version, with a warning')
    .argument('<slug>')
    .argument('<version>')
    .addOption(kindOption())
    .requiredOption('--reason <text>', 'what is wrong with it; shown to whoever downloads it')
    .action(
      run.action(
        kindOptions.extend({ reason: z.string() }),
        async (session, { kind, reason }, [slug = '', version = '']) => {
          const client = await session.client();
          const given = { params: { slug }, query: { kind }, body: { version, reason } };
          const yanked = await client.call(yankSkill, given);
          session.output.result(yanked, () => `Yanked ${slug} ${version}. ${shows(yanked.latest)}`);
          return undefined;
        },
      ),
    );

export const unyankCommand = (run: Commands): Command =>
  new Command('unyank')
    .description('have a yanked version resolved again')
    .argument('<slug>')
    .argument('<version>')
    .addOption(kindOption())
    .action(
      run.action(kindOptions, async (session, query, [slug = '', version = '']) => {
        const client = await session.client();
        const back = await client.call(unyankSkill, { params: { slug }, query, body: { version } });
        session.output.result(back, () => `${slug} ${version} is resolved again. ${shows(back.latest)}`);
        return undefined;
      }),
    );
