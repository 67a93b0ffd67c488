import { Command } from 'commander';
import { z } from 'zod';
import { issueToken, listTokens, revokeToken } from '@loam/contracts/http/gateway';
import { wordList, type Commands } from '../session';
import { moment } from '../text';
import { countSchema } from './options';

const list = (run: Commands): Command =>
  new Command('list').description('the tokens of the tenant, without their secrets').action(
    run.action(z.object({}), async ({ output, client }) => {
      const tokens = await (await client()).call(listTokens, {});
      output.result(tokens, () =>
        output.table(
          ['ID', 'LABEL', 'CREATED', 'EXPIRES', 'REVOKED', 'SCOPES'],
          tokens.map((token) => [
            token.id,
            token.label,
            moment(token.created_at),
            moment(token.expires_at),
            token.revoked_at === null ? 'no' : moment(token.revoked_at),
            token.scopes.join(' '),
          ]),
        ),
      );
      return undefined;
    }),
  );

const grantable = issueToken.body.shape.scopes.options[0];
const createOptions = z.object({
  label: z.string(),
  scopes: wordList.pipe(grantable),
  days: countSchema.max(3650, 'must be at most 3650'),
});

const create = (run: Commands): Command =>
  new Command('create')
    .description('issue a token; it is shown this once')
    .requiredOption('--label <text>', 'what it is for')
    .option('--scopes <list>', 'what it may do, separated by commas', 'skills:read')
    .option('--days <n>', 'until it expires', '90')
    .action(
      run.action(createOptions, async ({ output, client }, { label, scopes, days }) => {
        const body = { label, scopes, expires_in_days: days };
        const token = await (await client()).call(issueToken, { body });
        output.note(
          `Token ${token.id} may ${token.scopes.join(', ')}; it expires ${moment(token.expires_at)}.`,
        );
        output.result(token, () => token.raw_token);
        return undefined;
      }),
    );

const revoke = (run: Commands): Command =>
  new Command('revoke')
    .description('refuse a token from now on')
    .argument('<id>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [id = '']) => {
        await (await client()).call(revokeToken, { params: { id } });
        output.result({ id, revoked: true }, () => `Revoked ${id}.`);
        return undefined;
      }),
    );

export const tokenCommand = (run: Commands): Command =>
  new Command('token')
    .description('tokens of the tenant')
    .addCommand(list(run), { isDefault: true })
    .addCommand(create(run))
    .addCommand(revoke(run));
