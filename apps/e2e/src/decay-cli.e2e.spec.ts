import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import * as decay from '@loam/contracts/http/decay';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { eventually } from '@loam/testing';
import { newTenant, type Tenant } from './caller.fixtures';
import { runLoam } from './cli.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(180_000);

let folder: string;
let tenant: Tenant;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-e2e-decay-'));
  tenant = await newTenant(thisRun.operator);
  for (const slug of ['busy', 'quiet']) await publish(tenant.admin, slug);
  for (let uses = 0; uses < 3; uses += 1)
    await tenant.admin.call(reportUsage, { body: { skill_id: 'busy', event: 'view', version: '1.0.0' } });
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  runLoam(folder, ['decay', ...args], { env: { LOAM_URL: thisRun.url, LOAM_TOKEN: tenant.admin.token } });

/** What a command prints for people, which must do well. */
async function said(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}
const json = async <S extends z.ZodType>(schema: S, ...args: string[]): Promise<z.output<S>> =>
  schema.parse(JSON.parse(await said(...args, '--json')));

it('a skill fades, is explained, kept and let go from the command line', async () => {
  const unused = { unused: { days: 1, max_uses: 3 } };
  const policy = { policies: [{ kind: 'skill', rules: unused, exempt: { young_days: 0 } }] };
  await writeFile(join(folder, 'policy.json'), JSON.stringify(policy));
  await eventually(async () => {
    const { items } = await json(decay.decayStandings.response, 'list', '--state', 'all');
    expect(items.map(({ slug, uses }) => [slug, uses])).toEqual(
      expect.arrayContaining([
        ['busy', 3],
        ['quiet', 0],
      ]),
    );
  }, 30_000);
  expect(await said()).toBe('Nothing.\n');
  expect(await said('policy')).toContain('"policies": []');
  expect(await said('policy', 'dry-run', 'policy.json')).toMatch(
    /^0 candidates of 2, then 1\.\n[^]*quiet +kept +candidate/,
  );
  expect(await said('policy', 'set', 'policy.json')).toBe('Policy 1 decides from now on.\n');
  expect(await said('policy', 'show', '--version', '0')).toContain('"policies": []');
  expect(await said('policy', 'versions')).toMatch(/^VERSION[^]*\n +1 /);

  const { id } = await json(decay.runSweep.response, 'sweep');
  await eventually(async () => {
    const { sweeps } = await json(decay.listSweeps.response, 'sweeps');
    expect(sweeps.filter((each) => each.id === id)).toMatchObject([{ outcome: 'done', flagged: 1 }]);
  }, 30_000);
  expect(await said('sweeps')).toMatch(/^AT[^]* done /);
  expect(await said('list', '--rule', 'unused')).toMatch(/quiet +candidate +unused +0 +never/);
  expect(await said('explain', 'quiet')).toMatch(
    /^quiet is candidate since [^]*unused: never used[^]*judged again: the same\./,
  );
  expect(await said('pin', 'quiet')).toBe('quiet is live.\n');
  expect(await said('unpin', 'quiet')).toBe('quiet is live.\n');
  expect(await said('snooze', 'quiet', '--days', '7')).toContain('quiet is snoozed until');
  expect(await said('explain', 'quiet')).toContain('snoozed: snoozed until');
  expect(await said('wake', 'quiet')).toBe('quiet is live.\n');
  expect(await said('digest')).toMatch(/^Candidates: 0\nNew \(1\): quiet\n/);
});

it('what cannot be done is told with its code', async () => {
  expect(await run('explain', 'nobody', '--json')).toMatchObject({ exitCode: 4 });
  await writeFile(join(folder, 'wrong.json'), JSON.stringify({ silence_days: -1, policies: [] }));
  const { exitCode, stderr } = await run('policy', 'set', 'wrong.json');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('/silence_days');
  await writeFile(join(folder, 'broken.json'), '{');
  expect(await run('policy', 'set', 'broken.json')).toMatchObject({ exitCode: 2 });
});
