import { gzipSync } from 'node:zlib';
import { receiveHook, receiveLogs } from '@loam/contracts/http/receive';
import { getSkillDetail } from '@loam/contracts/http/registry';
import { eventually } from '@loam/testing';
import { newTenant, problemOf, type Caller } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  for (const slug of ['ploughing', 'harrowing']) await publish(admin, slug);
});

const call = (skill: string, said: object = {}) => ({
  ...{ hook_event_name: 'PostToolUse', tool_name: 'Skill', tool_input: { skill, args: 'our secret plan' } },
  ...{ session_id: 's1', prompt_id: 'p1', tool_use_id: `call-${skill}`, cwd: '/home/me/farm', ...said },
});
const usesOf = async (slug: string): Promise<number | null> =>
  (await admin.call(getSkillDetail, { params: { slug } })).use_count;

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
});
const logs = (...records: readonly Readonly<Record<string, string | number>>[]) => ({
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: records.map((attributes) => ({
            timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
            attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
          })),
        },
      ],
    },
  ],
});
const activated = (skill: string, said: Readonly<Record<string, string | number>> = {}) => ({
  ...{ 'event.name': 'skill_activated', 'skill.name': skill, 'session.id': 's1', 'prompt.id': 'p1' },
  ...said,
});

it('ING-09 ING-08 a hook is answered with nothing, whatever its payload', async () => {
  for (const body of [
    ...[call('ploughing'), call('no-such-skill'), { hook_event_name: 'Tomorrow', new_field: [1] }, {}, []],
    ...[
      { hook_event_name: 'Stop', last_assistant_message: 'done' },
      { ...call('x'), tool_input: 'text' },
    ],
  ]) {
    const response = await admin.send(receiveHook, { body });
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 204, body: '' });
  }
});

it('ING-11 one activation that hook and logs tell of, repeatedly, counts once', async () => {
  for (let time = 0; time < 2; time += 1) {
    await admin.call(receiveHook, { body: call('harrowing') });
    const body = logs(activated('harrowing', { 'event.sequence': 1 }));
    expect(await admin.text(receiveLogs, { body })).toBe('{}');
  }
  await eventually(async () => {
    expect(await usesOf('harrowing')).toBe(1);
  });
});

describe('an export of logs', () => {
  const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    fetch(`${thisRun.url}${receiveLogs.path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token ?? ''}`, ...headers },
      body,
    });

  it('ING-10 is taken compressed, and passes over what tells of no skill of ours', async () => {
    const body = gzipSync(JSON.stringify(logs(activated('unheard-of'), { 'event.name': 'user_prompt' })));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await send(new Uint8Array(body), headers);
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: {} });
  });

  it('ING-10 is refused where it is none', async () => {
    const protobuf = { 'content-type': 'application/x-protobuf' };
    expect(await problemOf(await send(new Uint8Array([0xff, 0xff]), protobuf))).toMatchObject({
      code: 'request-malformed',
    });
    expect((await send(new Uint8Array([]), protobuf)).status).toBeLessThan(500);
  });
});
