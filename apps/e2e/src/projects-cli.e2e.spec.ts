import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { bootstrap } from '@loam/contracts/http/bootstrap';
import { diffPlans, importPlan, listPlans } from '@loam/contracts/http/plans';
import { createProject, getProject, listProjects, listStackMappings } from '@loam/contracts/http/projects';
import { newTenant, type Tenant } from './caller.fixtures';
import { runLoam } from './cli.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

let folder: string;
let tenant: Tenant;

/** What a command prints for people, which must do well. */
async function said(...args: string[]): Promise<string> {
  const env = { LOAM_URL: thisRun.url, LOAM_TOKEN: tenant.admin.token };
  const { exitCode, stdout, stderr } = await runLoam(folder, args, { env });
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}
const json = async <S extends z.ZodType>(schema: S, ...args: string[]): Promise<z.output<S>> =>
  schema.parse(JSON.parse(await said(...args, '--json')));

async function failure(...args: string[]): Promise<unknown> {
  const env = { LOAM_URL: thisRun.url, LOAM_TOKEN: tenant.admin.token };
  const { exitCode, stdout } = await runLoam(folder, [...args, '--json'], { env });
  const { error } = z.object({ error: z.object({ code: z.string() }) }).parse(JSON.parse(stdout));
  return { exitCode, code: error.code };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-e2e-projects-'));
  tenant = await newTenant(thisRun.operator);
  for (const [key, value] of [
    ['init', '-q'],
    ['remote.origin.url', 'git@git.example.org:team/shop.git'],
  ])
    await promisify(execFile)('git', key === 'init' ? ['init', '-q'] : ['config', key ?? '', value ?? ''], {
      cwd: folder,
    });
  for (const slug of ['counting-coins', 'packing-boxes', 'mapped']) await publish(tenant.admin, slug);
});
afterAll(() => rm(folder, { recursive: true }));

it('a project is created, filled, linked to the folder and bootstrapped from there', async () => {
  const made = await json(
    createProject.response,
    'project',
    'create',
    'shop',
    '--name',
    'The shop',
    '--stack',
    'rust,axum',
  );
  expect(made).toMatchObject({ name: 'The shop', stack_tags: ['rust', 'axum'] });
  await said('project', 'items', 'shop', 'packing-boxes', 'counting-coins@^1', 'agent:to-come@2.0.0');
  expect((await json(getProject.response, 'project', 'show', 'shop')).items).toMatchObject([
    { kind: 'skill', skill_slug: 'packing-boxes', version: null },
    { kind: 'skill', skill_slug: 'counting-coins', version: '^1' },
    { kind: 'agent', skill_slug: 'to-come', version: '2.0.0' },
  ]);
  expect(await said('project', 'show', 'shop')).toMatch(/^agent +to-come +2\.0\.0$/m);
  expect(await failure('bootstrap')).toEqual({ exitCode: 2, code: 'usage' });
  expect(await said('project', 'link', 'shop')).toBe('shop is https://git.example.org/team/shop.\n');
  expect(await json(listProjects.response, 'project')).toMatchObject([{ slug: 'shop', item_count: 3 }]);
  await said('stack', 'map', 'rust', 'mapped');
  expect(await json(listStackMappings.response, 'stack')).toEqual([{ stack: 'rust', skill: 'mapped' }]);
  const answer = await json(bootstrap.response, 'bootstrap');
  expect(answer.skills.map(({ slug }) => slug)).toEqual(['packing-boxes', 'counting-coins', 'mapped']);
  expect(await said('bootstrap')).toMatch(/^skill +counting-coins +1\.0\.0 +project$/m);
  await said('stack', 'unmap', 'rust', 'mapped');
  expect((await json(bootstrap.response, 'bootstrap', '--stack', 'rust')).skills).toHaveLength(2);
});

it('a plan is imported, shown, compared and chosen', async () => {
  await said('project', 'create', 'planned');
  const file = join(folder, 'plan.md');
  for (const text of ['# Plan\n\nFirst.\n', '# Plan\n\nSecond.\n']) {
    await writeFile(file, text);
    const plan = await json(importPlan.response, 'plan', 'import', 'planned', '--file', 'plan.md');
    // Where the file lies on this machine is nobody's business.
    expect(plan).toMatchObject({ body_md: text, source_url: null });
  }
  expect(await said('plan', 'show', 'planned')).toBe('# Plan\n\nSecond.\n');
  expect(await said('plan', 'show', 'planned', '--version', '1')).toBe('# Plan\n\nFirst.\n');
  expect(await json(listPlans.response, 'plan', 'history', 'planned')).toHaveLength(2);
  const { patch } = await json(diffPlans.response, 'plan', 'diff', 'planned', '--from', '1', '--to', '2');
  expect(patch).toContain('\n-First.\n+Second.');
  expect(await said('plan', 'activate', 'planned', '--version', '1')).toContain('Version 1');
  expect(await said('plan', 'show', 'planned')).toContain('First.');
  expect(await failure('plan', 'refresh', 'planned')).toEqual({ exitCode: 6, code: 'plan-source-missing' });
});

it.each<[number, string, string[]]>([
  [2, 'usage', ['project', 'items', 'shop', 'gadget:thing']],
  [2, 'usage', ['plan', 'import', 'shop']],
  [2, 'usage', ['plan', 'import', 'shop', '--file', 'nowhere.md']],
  [4, 'project-not-found', ['project', 'show', 'nowhere']],
  [4, 'plan-not-found', ['plan', 'show', 'shop']],
  [4, 'mapping-not-found', ['stack', 'unmap', 'go', 'nothing']],
  [6, 'plan-not-fetched', ['plan', 'import', 'shop', '--source', 'https://10.0.0.1/plan.md']],
])('ends with %i and %s for %j', async (exitCode, code, args) => {
  expect(await failure(...args)).toEqual({ exitCode, code });
});
