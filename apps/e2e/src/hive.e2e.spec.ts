import { createTenant } from '@loam/contracts/http/gateway';
import * as hive from '@loam/contracts/http/hive';
import { topSkills } from '@loam/contracts/http/telemetry';
import { setUsagePolicy } from '@loam/contracts/http/usage';
import { Caller } from './caller.fixtures';
import { thisRun } from './this-run.fixtures';

const anybody = new Caller(thisRun.url);
const params = { tenant: 'open-hive' };
const report = (said: object) =>
  anybody.send(hive.reportToHive, { params, body: { skill_name: 'mowing', outcome: 'success', ...said } });
let member: Caller;

beforeAll(async () => {
  const { token } = await thisRun.operator.call(createTenant, { body: { slug: 'open-hive', name: 'Open' } });
  member = new Caller(thisRun.url, token);
  for (const outcome of ['success', 'success', 'failure', 'partial', 'unknown'])
    expect((await report({ outcome, tags: ['ci'], summary: 'ask me@company.com' })).status).toBe(200);
});

it('tells how a skill did, in the words of its clients', async () => {
  const stats = await anybody.call(hive.hiveStats, { params: { ...params, skill: 'mowing' } });
  expect(stats).toEqual({
    ...{ skill_name: 'mowing', total: 5, successes: 2, failures: 1, partials: 1, success_rate: 0.4 },
    last_seen: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  });
  expect(await anybody.call(hive.hiveCatalog, { params })).toEqual({ skills: [stats] });
  expect(await anybody.call(hive.queryHive, { params, body: { query: 'MOW' } })).toEqual({ skills: [stats] });
  expect(await anybody.call(hive.queryHive, { params, body: { query: '%' } })).toEqual({ skills: [] });
});

it('never mixes into what members report', async () => {
  expect(await member.call(topSkills)).toEqual([]);
});

it('keeps nothing where who reports or the tenant does not want to be tracked', async () => {
  const total = async () =>
    (await anybody.call(hive.hiveCatalog, { params })).skills.map((each) => each.total);
  const before = await total();
  const body = { skill_name: 'mowing', outcome: 'success' };
  for (const header of ['dnt', 'sec-gpc'])
    expect(await anybody.call(hive.reportToHive, { params, body, headers: { [header]: '1' } })).toMatchObject(
      { status: 'declined' },
    );
  await member.call(setUsagePolicy, { body: { tracking: false } });
  expect(await anybody.call(hive.reportToHive, { params, body })).toMatchObject({ status: 'declined' });
  await member.call(setUsagePolicy, { body: { tracking: true } });
  expect(await total()).toEqual(before);
});

it('refuses what is no report, and hives that are not open', async () => {
  for (const said of [
    { skill_name: ' ' },
    { skill_name: 'ask me@company.com' },
    { skill_name: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz' },
    { outcome: 'great' },
    { summary: 'x'.repeat(81) },
    { tags: [7] },
  ])
    expect(await (await report(said)).json()).toMatchObject({ status: 400, error: 'request-invalid' });
  expect((await report({ summary: 'x'.repeat(80) })).status).toBe(200);
  const closed = { params: { tenant: 'closed' }, body: { skill_name: 'a', outcome: 'success' } };
  expect((await anybody.send(hive.reportToHive, closed)).status).toBe(404);
  expect((await anybody.send(hive.hiveStats, { params: { ...params, skill: 'unheard' } })).status).toBe(404);
});
