import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { reportEvents } from '@loam/contracts/http/events';
import { receiveHook } from '@loam/contracts/http/receive';
import { reportUsage, usageTimeline } from '@loam/contracts/http/telemetry';
import { setUsagePolicy } from '@loam/contracts/http/usage';
import { eventually } from '@loam/testing';
import { newTenant } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

/** The rows, in every table of every service, that hold a text. */
async function rowsWith(text: string): Promise<string[]> {
  const client = new Client({ connectionString: thisRun.adminUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname IN ('gateway', 'registry', 'telemetry', 'capturer', 'decay')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    const found = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`SELECT 1 FROM ${name} t WHERE position($1 IN t::text) > 0`, [
        text,
      ]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
}

const downloads = async (admin: Awaited<ReturnType<typeof newTenant>>['admin']) =>
  (await admin.call(usageTimeline, { query: { days: '1' } }))[0]?.downloads;

it('ING-13 what names a person, an address, a client or content is in no table, wherever it was put', async () => {
  const { admin } = await newTenant(thisRun.operator);
  await publish(admin, 'grafting');
  const mark = `leak${randomUUID().replaceAll('-', '')}`;
  const headers = {
    ...{ 'user-agent': `agent/${mark}`, 'x-forwarded-for': `10.0.0.1, ${mark}`, cookie: `c=${mark}` },
    ...{ referer: `https://${mark}.example`, 'x-real-ip': mark },
  };
  const named = { project: `/home/${mark}`, session: mark, user: `${mark}@example.org` };
  const told = { skill: 'grafting', ...named, prompt: mark, ip: mark, content: { text: mark } };
  const event = (type: string, data: object) => ({
    ...{ id: randomUUID(), source: mark, subject: mark, extension: mark, type: `loam.${type}`, data },
  });
  const invocation_id = randomUUID();
  const { results } = await admin.call(reportEvents, {
    headers,
    body: [
      event('usage.download', told),
      { ...event('usage.view', told), id: `${mark}-as-id` },
      event('usage.activation', { ...told, tool_use_id: mark, prompt_id: mark, trigger: mark }),
      event('invocation.started', { ...told, invocation_id }),
      event('invocation.ended', { ...told, invocation_id, outcome: 'success', summary: mark }),
      event('usage.download', { ...told, skill: mark }),
      event('usage.download', { ...told, version: mark }),
      event('usage.download', { ...told, trigger: `${mark} with words` }),
      mark,
    ],
  });
  expect(results.map(({ status }) => status)).toEqual([
    ...['recorded', 'recorded', 'recorded', 'recorded', 'recorded'],
    ...['unknown-skill', 'invalid', 'invalid', 'invalid'],
  ]);
  await admin.text(reportUsage, {
    ...{ headers, body: { skill_id: 'grafting', event: 'view', project_hash: mark, comment: mark } },
  });
  await admin.text(receiveHook, {
    headers,
    body: {
      ...{ hook_event_name: 'PreToolUse', session_id: mark, cwd: `/home/${mark}`, transcript_path: mark },
      ...{
        tool_name: 'Skill',
        tool_use_id: `${mark}2`,
        prompt_id: mark,
        tool_input: { skill: 'grafting', args: mark },
      },
    },
  });
  await eventually(async () => {
    expect(await downloads(admin)).toBe(1);
  });
  expect(await rowsWith(mark)).toEqual([]);
});

it('who does not want to be tracked is not, whoever says so: a header, an event, a policy', async () => {
  const { admin } = await newTenant(thisRun.operator);
  await publish(admin, 'grafting');
  const event = (data: object = {}) => ({
    ...{ id: randomUUID(), type: 'loam.usage.download', data: { skill: 'grafting', ...data } },
  });
  const statuses = async (body: readonly object[], headers: Record<string, string> = {}) =>
    (await admin.call(reportEvents, { body, headers })).results.map(({ status }) => status);
  for (const header of ['dnt', 'sec-gpc'])
    expect(await statuses([event(), { id: 'x' }], { [header]: '1' })).toEqual(['declined', 'invalid']);
  expect(
    await statuses([event({ tracker: { enabled: false } }), event({ tracker: { enabled: true } })]),
  ).toEqual(['declined', 'recorded']);
  expect((await admin.send(reportEvents, { body: event({ tracker: { enabled: false } }) })).status).toBe(202);
  expect(await downloads(admin)).toBe(1);
  expect(await admin.call(setUsagePolicy, { body: { tracking: false } })).toMatchObject({ tracking: false });
  await eventually(async () => {
    expect(await statuses([event()])).toEqual(['declined']);
  });
  const before = await downloads(admin);
  expect(await statuses([event()])).toEqual(['declined']);
  expect(await downloads(admin)).toBe(before);
  await admin.call(setUsagePolicy, { body: { tracking: true } });
  await eventually(async () => {
    expect(await statuses([event()])).toEqual(['recorded']);
  });
  expect(await admin.refused(setUsagePolicy, { body: { leastPeople: 2 } })).toMatchObject({
    code: 'request-invalid',
  });
});
