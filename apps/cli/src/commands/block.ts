import { Command } from 'commander';
import { z } from 'zod';
import { blockBundle, unblockBundle } from '@loam/contracts/http/safety';
import { usageFailure } from '../failure';
import type { Commands } from '../session';

const switchCommand =
  (name: string, description: string, route: typeof blockBundle) =>
  (run: Commands): Command =>
    new Command(name)
      .description(description)
      .argument('<sha256>', 'the digest of the bundle')
      .requiredOption('--reason <text>', 'why')
      .action(
        run.action(z.object({ reason: z.string() }), async (session, { reason }, [sha256 = '']) => {
          if (!/^[0-9a-f]{64}$/.test(sha256)) throw usageFailure('A digest is 64 hexadecimal digits.');
          const client = await session.client();
          const switched = await client.call(route, { params: { sha256 }, body: { reason } });
          session.output.result(switched, () =>
            [
              switched.blocked ? 'Nobody can install these bytes any more.' : 'The block is lifted.',
              ...switched.versions.map(({ kind, slug, version }) => `  ${kind} ${slug} ${version}`),
            ].join('\n'),
          );
          return undefined;
        }),
      );

export const blockCommand = switchCommand(
  'block',
  'the kill switch: have these bytes installed nowhere any more, whatever version holds them',
  blockBundle,
);

export const unblockCommand = switchCommand('unblock', 'lift the block of these bytes', unblockBundle);
