import { Command } from 'commander';
import { z } from 'zod';
import { rebuildMirror } from '@loam/contracts/http/transfer';
import type { Commands } from '../session';

export const mirrorCommand = (run: Commands): Command =>
  new Command('mirror').description('the git mirror of a catalog').addCommand(
    new Command('rebuild')
      .description('make it anew from the log; done some time after the answer')
      .argument('<slug>', 'the tenant')
      .action(
        run.action(z.object({}), async ({ output, client }, _options, [slug = '']) => {
          await (await client()).call(rebuildMirror, { params: { slug } });
          output.result({ slug, started: true }, () => `The mirror of ${slug} is being made anew.`);
          return undefined;
        }),
      ),
  );
