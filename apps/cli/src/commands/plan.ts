import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import {
  activatePlan,
  diffPlans,
  getPlan,
  getPlanVersion,
  importPlan,
  listPlans,
  refreshPlan,
} from '@loam/contracts/http/plans';
import { refusal, usageFailure } from '../failure';
import type { Commands } from '../session';
import { moment } from '../text';
import { countSchema } from './options';

const sources = z.object({ file: z.string().optional(), source: z.string().optional() });

const importOne = (run: Commands): Command =>
  new Command('import')
    .description('make a text the active plan')
    .argument('<project>')
    .option('--file <path>', 'a Markdown file')
    .option('--source <address>', 'an address that the server fetches')
    .action(
      run.action(sources, async ({ output, client, world }, { file, source }, [slug = '']) => {
        if ((file === undefined) === (source === undefined))
          throw usageFailure('Where is the plan?', 'Give --file or --source.');
        const body_md = file === undefined ? undefined : await readPlan(resolve(world.cwd, file));
        const body =
          body_md === undefined
            ? { source_type: 'url' as const, source_url: source }
            : { source_type: 'file' as const, body_md };
        const plan = await (await client()).call(importPlan, { params: { slug }, body });
        output.result(plan, () => `Version ${String(plan.version)} is the plan of ${slug}.`);
        return undefined;
      }),
    );

const readPlan = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => {
    throw usageFailure(`${path} cannot be read.`);
  });

const versioned = z.object({ version: countSchema.optional() });

const show = (run: Commands): Command =>
  new Command('show')
    .description('the text of the active plan, or of a version')
    .argument('<project>')
    .option('--version <n>', 'this version')
    .action(
      run.action(versioned, async ({ output, client }, { version }, [slug = '']) => {
        const loam = await client();
        const plan =
          version === undefined
            ? await loam.call(getPlan, { params: { slug } })
            : await loam.call(getPlanVersion, { params: { slug, version } });
        output.result(plan, () => plan.body_md.trimEnd());
        return undefined;
      }),
    );

const history = (run: Commands): Command =>
  new Command('history')
    .description('the versions of a plan, newest first')
    .argument('<project>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [slug = '']) => {
        const plans = await (await client()).call(listPlans, { params: { slug } });
        output.result(plans, () =>
          output.table(
            ['VERSION', 'STATUS', 'IMPORTED', 'BY', 'SOURCE'],
            plans.map(({ version, status, imported_at, imported_by, source_type, source_url }) => [
              ...[String(version), status, moment(imported_at), imported_by, source_url ?? source_type],
            ]),
          ),
        );
        return undefined;
      }),
    );

const refresh = (run: Commands): Command =>
  new Command('refresh')
    .description('fetch the active plan from its address again')
    .argument('<project>')
    .action(
      run.action(z.object({}), async ({ output, client }, _, [slug = '']) => {
        const refreshed = await (await client()).call(refreshPlan, { params: { slug } });
        const { outcome, version, error } = refreshed;
        if (outcome === 'failed')
          throw refusal('plan-not-fetched', error ?? 'The plan could not be fetched.');
        output.result(refreshed, () => `Version ${String(version)} is ${outcome}.`);
        return undefined;
      }),
    );

const activate = (run: Commands): Command =>
  new Command('activate')
    .description('choose a version; it stays until the next import or refresh')
    .argument('<project>')
    .requiredOption('--version <n>', 'the version')
    .action(
      run.action(z.object({ version: countSchema }), async ({ output, client }, body, [slug = '']) => {
        const plan = await (await client()).call(activatePlan, { params: { slug }, body });
        output.result(plan, () => `Version ${String(plan.version)} is the plan of ${slug}.`);
        return undefined;
      }),
    );

const diff = (run: Commands): Command =>
  new Command('diff')
    .description('what changed from one version to another')
    .argument('<project>')
    .requiredOption('--from <n>', 'a version')
    .requiredOption('--to <n>', 'another one')
    .action(
      run.action(
        z.object({ from: countSchema, to: countSchema }),
        async ({ output, client }, query, [slug = '']) => {
          const difference = await (await client()).call(diffPlans, { params: { slug }, query });
          output.result(difference, () => difference.patch.trimEnd());
          return undefined;
        },
      ),
    );

export const planCommand = (run: Commands): Command =>
  new Command('plan')
    .description('the plan of a project, in versions')
    .addCommand(importOne(run))
    .addCommand(show(run))
    .addCommand(history(run))
    .addCommand(diff(run))
    .addCommand(refresh(run))
    .addCommand(activate(run));
