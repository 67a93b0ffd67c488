import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listTokens } from '@loam/contracts/http/gateway';
import { getDependencies, getSkillDetail, listSkills } from '@loam/contracts/http/registry';
import { resolve } from '@loam/contracts/http/resolve';
import { getUsagePolicy, usageSeries } from '@loam/contracts/http/usage';
import { topSkills, usageTimeline } from '@loam/contracts/http/telemetry';
import { deadLetterSchema, replayCheckSchema, serviceNames } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { newTenant, type Tenant } from './caller.fixtures';
import { runLoam, type Ran } from './cli.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '../../..');
const SAMPLES = join(ROOT, 'samples');

let folder: string;
let tenant: Tenant;

const loam = (args: readonly string[], given?: { stdin?: string; env?: object }): Promise<Ran> =>
  runLoam(folder, args, given);

/** The one JSON document of a command that must do well. */
async function json<S extends z.ZodType>(schema: S, ...args: string[]): Promise<z.output<S>> {
  const { exitCode, stdout, stderr } = await loam([...args, '--json']);
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
  return schema.parse(JSON.parse(stdout));
}

const failureSchema = z.object({ error: z.object({ code: z.string(), exitCode: z.int() }) });

/** The exit code and the code of a command that must fail. */
async function failure(...args: string[]): Promise<{ exitCode: number | null; code: string }> {
  const { exitCode, stdout } = await loam([...args, '--json']);
  const { error } = failureSchema.parse(JSON.parse(stdout));
  expect(error.exitCode).toBe(exitCode);
  return { exitCode, code: error.code };
}

const imported = z.object({
  published: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  items: z.array(z.object({ slug: z.string(), outcome: z.string() })),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-e2e-cli-'));
  tenant = await newTenant(thisRun.operator);
  const stdin = `${String(tenant.admin.token)}\n`;
  const { exitCode, stdout } = await loam(['login', '--url', thisRun.url, '--json'], { stdin });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ url: thisRun.url, tenant: tenant.slug });
  expect(await json(imported, 'import', SAMPLES)).toMatchObject({ published: 6, unchanged: 0, refused: 0 });
});

afterAll(() => rm(folder, { recursive: true }));

it('keeps the login for its owner alone', async () => {
  const file = join(folder, 'config/loam/config.json');
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    ...{ url: thisRun.url, tenant: tenant.slug, token: tenant.admin.token },
  });
});

it('imports a tree a second time without changing anything', async () => {
  expect(await json(imported, 'import', SAMPLES)).toMatchObject({ published: 0, unchanged: 6, refused: 0 });
  const { exitCode, stdout } = await loam(['import', SAMPLES]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Nothing changed in ');
});

it('lists what cannot be imported, publishes the rest and says so by its exit code', async () => {
  const tree = join(folder, 'tree');
  await cp(join(SAMPLES, 'skills/writing-changelogs'), join(tree, 'fine'), { recursive: true });
  await cp(join(SAMPLES, 'skills/writing-changelogs'), join(tree, 'broken'), { recursive: true });
  await writeFile(join(tree, 'broken/SKILL.md'), '---\nname: broken\n---\nText.\n');
  const { exitCode, stdout } = await loam(['import', tree, '--json']);
  expect(exitCode).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({
    refused: 1,
    unchanged: 1,
    items: expect.arrayContaining([expect.objectContaining({ code: 'description-missing' })]),
  });
});

it('finds and shows', async () => {
  const found = await json(listSkills.response, 'search', 'changelogs');
  expect(found.map(({ slug }) => slug)).toEqual(['writing-changelogs']);
  const agents = await json(listSkills.response, 'search', '--kind', 'agent');
  expect(agents.map(({ slug }) => slug)).toEqual(['incident-scribe']);
  const shown = await json(getSkillDetail.response.partial(), 'show', 'writing-changelogs');
  expect(shown).toMatchObject({ slug: 'writing-changelogs', status: 'published' });
  const { stdout } = await loam(['show', 'writing-changelogs']);
  expect(stdout).toContain(shown.fingerprint);
});

it('tells what is needed, which versions of it, and what clashes', async () => {
  const slug = 'debugging-flaky-tests';
  expect(await json(getDependencies.response, 'deps', slug)).toEqual([
    { slug: 'reading-stack-traces', version_range: '*', depth: 1 },
  ]);
  const { items } = await json(resolve.response, 'resolve', slug);
  expect(items.map((item) => item.slug)).toEqual(['reading-stack-traces', slug]);
  const { stdout } = await loam(['resolve', `${slug}@>=1`]);
  expect(stdout).toMatch(/skill +reading-stack-traces +\S+ +debugging-flaky-tests needs \*\n/);
  const clash = await failure('resolve', slug, 'reading-stack-traces@^9');
  expect(clash).toEqual({ exitCode: 4, code: 'version-not-found' });
  const { version } = items[0] ?? { version: '' };
  const both = await loam([
    'resolve',
    `reading-stack-traces@${version}`,
    `reading-stack-traces@>${version} || ${version}`,
  ]);
  expect(both.exitCode).toBe(0);
});

it('downloads bytes whose digest it has checked, and unpacks them', async () => {
  const downloaded = z.object({ path: z.string(), sha256: z.string(), bytes: z.int() });
  const { path, sha256 } = await json(downloaded, 'download', 'writing-changelogs');
  expect(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  ).toBe(sha256);
  const unpacked = join(folder, 'unpacked');
  await json(downloaded, 'download', 'writing-changelogs', '--extract', unpacked);
  const original = join(SAMPLES, 'skills/writing-changelogs');
  expect(await readdir(unpacked)).toEqual(await readdir(original));
  expect(await readFile(join(unpacked, 'SKILL.md'))).toEqual(await readFile(join(original, 'SKILL.md')));
});

it('shows what has been downloaded', async () => {
  await json(z.object({ slug: z.string() }), 'download', 'reading-stack-traces', '-o', 'traces.tar.gz');
  await eventually(async () => {
    const top = await json(topSkills.response, 'usage', 'top');
    expect(top).toEqual(
      expect.arrayContaining([{ slug: 'reading-stack-traces', downloads: 1, views: 0, total: 1 }]),
    );
  });
  const timeline = await json(usageTimeline.response, 'usage', '--days', '2');
  expect(timeline.reduce((sum, { downloads }) => sum + downloads, 0)).toBeGreaterThan(0);
  const report = await json(usageSeries.response, 'usage', 'report', '--days', '2', '--tz', 'Asia/Tokyo');
  expect(report.totals.downloads).toBeGreaterThan(0);
  expect((await loam(['usage', 'report', '--days', '1'])).stdout).toMatch(/^FROM +VIEWS +DOWNLOADS/);
});

it('decides what is kept of use, and listens to it for a while', async () => {
  const policy = await json(getUsagePolicy.response, 'usage', 'policy', '--retention-days', '365');
  expect(policy).toMatchObject({ tracking: true, retentionDays: 365 });
  expect(await json(getUsagePolicy.response, 'usage', 'policy')).toEqual(policy);
  const listening = loam(['usage', 'watch', '--seconds', '4']);
  await json(z.object({ slug: z.string() }), 'download', 'reading-stack-traces', '-o', 'again.tar.gz');
  const { exitCode, stdout } = await listening;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/skill-used {2}reading-stack-traces .*downloads/);
});

it('makes and revokes tokens', async () => {
  const made = await loam([
    'token',
    'create',
    '--label',
    'ci',
    '--scopes',
    'skills:read',
    '--days',
    '1',
    '--json',
  ]);
  expect(made.exitCode).toBe(0);
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(made.stdout));
  const tokens = await json(listTokens.response, 'token');
  expect(tokens.find((token) => token.id === id)).toMatchObject({ label: 'ci', scopes: ['skills:read'] });
  expect((await loam(['token', 'revoke', id, '--json'])).exitCode).toBe(0);
});

describe('an operator', () => {
  const operator = { env: { LOAM_URL: thisRun.url, LOAM_TOKEN: thisRun.operator.token } };
  const asOperator = async (...args: string[]): Promise<Ran & { readonly document: unknown }> => {
    const ran = await loam([...args, '--json'], operator);
    return { ...ran, document: JSON.parse(ran.stdout) };
  };

  it('has every table rebuilt from its log, and finds no difference', async () => {
    const { exitCode, document, stderr } = await asOperator('admin', 'replay', '--check');
    expect({ exitCode, stderr, document }).toMatchObject({ exitCode: 0, document: { differing: 0 } });
    const { checks } = z.object({ checks: z.array(replayCheckSchema) }).parse(document);
    expect(checks.map(({ service }) => service).sort()).toEqual([...serviceNames].sort());
  });

  it('lists dead letters, and is told of one that is not there', async () => {
    const { exitCode, document } = await asOperator('admin', 'dlq', 'list');
    expect(exitCode).toBe(0);
    z.array(deadLetterSchema).parse(document);
    for (const verb of ['show', 'redrive', 'discard'])
      expect(await asOperator('admin', 'dlq', verb, 'no-such-letter')).toMatchObject({
        ...{ exitCode: 4, document: { error: { code: 'dead-letter-not-found' } } },
      });
  });

  it('is not who administers a tenant', async () => {
    expect(await failure('admin', 'dlq')).toEqual({ exitCode: 3, code: 'forbidden' });
    expect(await failure('admin', 'replay', '--check')).toEqual({ exitCode: 3, code: 'forbidden' });
  });
});

describe('ends with the documented code', () => {
  it.each<[number, string, string[]]>([
    [2, 'usage', ['dance']],
    [2, 'usage', ['show', 'x', '--kind', 'plugin']],
    [2, 'usage', ['import', 'no-such-folder']],
    [3, 'unauthenticated', ['search', '--token', 'loam_wrong']],
    [3, 'unauthenticated', ['search', '--tenant', 'demo']],
    [4, 'skill-not-found', ['show', 'no-such-skill']],
    [4, 'version-not-found', ['download', 'writing-changelogs', '--version', '9.9.9']],
    [7, 'unreachable', ['search', '--url', 'http://127.0.0.1:1', '--token', 'x']],
  ])('%i: %s, for %j', async (exitCode, code, args) => {
    expect(await failure(...args)).toEqual({ exitCode, code });
  });

  it('6 where a version exists with other content', async () => {
    const changed = join(folder, 'changed');
    await cp(join(SAMPLES, 'skills/debugging-flaky-tests'), changed, { recursive: true });
    await writeFile(join(changed, 'more.md'), 'More.\n');
    const slug = 'debugging-flaky-tests';
    const [published] = await json(listSkills.response, 'search', slug);
    expect(await failure('publish', changed, '--slug', slug, '--version', published?.version ?? '')).toEqual({
      ...{ exitCode: 6, code: 'version-exists' },
    });
  });
});
