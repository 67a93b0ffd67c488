import { Command } from 'commander';
import { z } from 'zod';
import { listStackMappings, mapStack, unmapStack } from '@loam/contracts/http/projects';
import type { Commands } from '../session';

const list = (run: Commands): Command =>
  new Command('list').description('which skills are recommended for which technology').action(
    run.action(z.object({}), async ({ output, client }) => {
      const mappings = await (await client()).call(listStackMappings, {});
      output.result(mappings, () =>
        mappings.length === 0
          ? 'No mappings.'
          : output.table(
              ['STACK', 'SKILL'],
              mappings.map(({ stack, skill }) => [stack, skill]),
            ),
      );
      return undefined;
    }),
  );

const map = (run: Commands): Command =>
  new Command('map')
    .description('recommend a skill for a technology')
    .argument('<stack>')
    .argument('<slug>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [stack = '', skill = '']) => {
        const mapped = await (await client()).call(mapStack, { body: { stack, skill } });
        output.result(mapped, () => `${mapped.skill} is recommended for ${mapped.stack}.`);
        return undefined;
      }),
    );

const unmap = (run: Commands): Command =>
  new Command('unmap')
    .description('recommend it no more')
    .argument('<stack>')
    .argument('<slug>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [stack = '', skill = '']) => {
        await (await client()).call(unmapStack, { body: { stack, skill } });
        output.result({ stack, skill }, () => `${skill} is not recommended for ${stack} any more.`);
        return undefined;
      }),
    );

export const stackCommand = (run: Commands): Command =>
  new Command('stack')
    .description('what is recommended by hand for a technology')
    .addCommand(list(run), { isDefault: true })
    .addCommand(map(run))
    .addCommand(unmap(run));
