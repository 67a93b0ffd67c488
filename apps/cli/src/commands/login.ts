import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { z } from 'zod';
import { whoami } from '@loam/contracts/http/gateway';
import { save } from '../config';
import { usageFailure } from '../failure';
import { Client } from '../remote/client';
import type { Commands, Session } from '../session';
import type { World } from '../world';

/** Asks without showing what is typed. */
async function askSecretly({ stdin, stderr }: World): Promise<string> {
  stderr.write('Paste the token and press Enter (it is not shown): ');
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: silence, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    stderr.write('\n');
  }
}

async function tokenOf({ globals, world }: Session): Promise<string> {
  const given =
    globals.token ?? (world.stdin.isTTY === true ? await askSecretly(world) : await text(world.stdin));
  const token = given.trim();
  if (token === '') throw usageFailure('There is no token.', 'Give it with --token or on standard input.');
  return token;
}

export const loginCommand = (run: Commands): Command =>
  new Command('login')
    .description('check a token (--token, else standard input) and keep it for the commands that follow')
    .action(
      run.action(z.object({}), async (session) => {
        const { url, tenant } = await session.connection();
        const token = await tokenOf(session);
        const named = session.globals.tenant ?? session.world.env['LOAM_TENANT'];
        const client = new Client({ url, token, tenant: named });
        const { tenant: own, scopes, token_id } = await client.call(whoami, {});
        const file = await save({ url, tenant: own, token }, session.world);
        if (tenant !== undefined && tenant !== own) session.output.note(`The tenant was ${tenant} before.`);
        session.output.result({ url, tenant: own, scopes, tokenId: token_id, file }, () =>
          [`Logged in to ${url} as tenant ${own}, with ${scopes.join(', ')}.`, `Kept in ${file}.`].join('\n'),
        );
        return undefined;
      }),
    );
