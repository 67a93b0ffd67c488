import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import {
  getDecayPolicy,
  listDecayPolicies,
  setDecayPolicy,
  tryDecayPolicy,
} from '@loam/contracts/http/decay';
import { usageFailure } from '../failure';
import type { Commands } from '../session';
import { moment, plain } from '../text';
import { revisionSchema } from './options';

/** Reads a policy. What is wrong within it, the server tells. */
async function readPolicy(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw usageFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const show = (run: Commands): Command =>
  new Command('show')
    .description('the policy in force as JSON, or an earlier version of it')
    .option('--version <n>', 'this version')
    .action(
      run.action(z.object({ version: revisionSchema.optional() }), async ({ output, client }, query) => {
        const found = await (await client()).call(getDecayPolicy, { query });
        output.result(found, () => JSON.stringify(found.policy, null, 2));
        return undefined;
      }),
    );

const versions = (run: Commands): Command =>
  new Command('versions').description('every version of the policy, newest first').action(
    run.action(z.object({}), async ({ output, client }) => {
      const found = await (await client()).call(listDecayPolicies, {});
      const rows = found.map(({ version, setAt, setBy, policy }) => [
        ...[String(version), setAt === null ? '' : moment(setAt), setBy ?? 'defaults'],
        String(policy.policies.length),
      ]);
      output.result(found, () => output.table(['VERSION', 'SET', 'BY', 'ENTRIES'], rows));
      return undefined;
    }),
  );

const set = (run: Commands): Command =>
  new Command('set')
    .description('decide by the policy in a JSON file from the next sweep on')
    .argument('<file>')
    .action(
      run.action(z.object({}), async ({ output, client, world }, _options, [file = '']) => {
        const body = await readPolicy(resolve(world.cwd, file));
        const policy = await (await client()).call(setDecayPolicy, { body });
        for (const warning of policy.warnings) output.note(plain(`Warning: ${warning}`));
        output.result(policy, () => `Policy ${String(policy.version)} decides from now on.`);
        return undefined;
      }),
    );

const dryRun = (run: Commands): Command =>
  new Command('dry-run')
    .description('what the policy in a JSON file would decide differently; without one, what is decided')
    .argument('[file]')
    .option('--on <day>', 'as things stood at the end of this past day, YYYY-MM-DD')
    .action(
      run.action(
        z.object({ on: z.iso.date('must be a day, YYYY-MM-DD').optional() }),
        async ({ output, client, world }, options, [file]) => {
          const policy = file === undefined ? undefined : await readPolicy(resolve(world.cwd, file));
          const body = { ...options, ...(policy === undefined ? {} : { policy }) };
          const found = await (await client()).call(tryDecayPolicy, { body });
          const rows = found.items.map((item) => [
            ...[item.kind, item.slug, item.before ? 'candidate' : 'kept', item.after ? 'candidate' : 'kept'],
            [...item.reasons, ...item.exemptions].map(({ detail }) => plain(detail)).join('; '),
          ]);
          const counts = `${String(found.candidatesBefore)} candidates of ${String(found.examined)}, then ${String(found.candidatesAfter)}.`;
          output.result(found, () =>
            rows.length === 0
              ? `${counts} Nothing changes.`
              : [counts, output.table(['KIND', 'SLUG', 'BEFORE', 'AFTER', 'WHY'], rows)].join('\n'),
          );
          return undefined;
        },
      ),
    );

export const decayPolicyCommand = (run: Commands): Command =>
  new Command('policy')
    .description('what decides about candidates')
    .addCommand(show(run), { isDefault: true })
    .addCommand(versions(run))
    .addCommand(set(run))
    .addCommand(dryRun(run));
