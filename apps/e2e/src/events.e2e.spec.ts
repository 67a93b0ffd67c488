import { randomUUID } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { issueToken } from '@loam/contracts/http/gateway';
import { reportEvents } from '@loam/contracts/http/events';
import * as invocations from '@loam/contracts/http/invocations';
import type { Scope } from '@loam/contracts/scopes';
import { Caller, newTenant, problemOf, type Tenant } from './caller.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

let tenant: Tenant;
let database: Client;

beforeAll(async () => {
  tenant = await newTenant(thisRun.operator);
  await publish(tenant.admin, 'pruning');
  await publish(tenant.admin, 'orchard-grafting');
  database = new Client({ connectionString: thisRun.adminUrl });
  await database.connect();
});
afterAll(() => database.end());

/** What telemetry holds for a tenant, asked past every policy. */
async function rows<Row extends object>(of: Tenant, columns: string, table = 'usage_facts'): Promise<Row[]> {
  const { rows: found } = await database.query<Row>(
    `SELECT ${columns} FROM telemetry.${table} JOIN gateway.tenants USING (tenant_id) WHERE tenants.slug = $1`,
    [of.slug],
  );
  return found;
}

const event = (said: { data?: object; [name: string]: unknown } = {}) => ({
  ...{ specversion: '1.0', id: randomUUID(), source: 'test', type: 'loam.usage.download' },
  ...said,
  data: { skill: 'pruning', ...said.data },
});

const post = (body: string | Uint8Array, headers: Record<string, string> = {}, caller = tenant.admin) =>
  fetch(`${caller.url}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${caller.token ?? ''}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

const resultsOf = async (answer: Response) => reportEvents.response.parse(await answer.json()).results;

describe('events of use', () => {
  it.each([
    ['one event', 'application/json', () => JSON.stringify(event())],
    ['one CloudEvent', 'application/cloudevents+json; charset=utf-8', () => JSON.stringify(event())],
  ])('are taken as %s, answered with 202', async (_name, type, body) => {
    const answer = await post(body(), { 'content-type': type });
    expect(answer.status).toBe(202);
    expect(await resultsOf(answer)).toMatchObject([{ status: 'recorded' }]);
    expect(answer.headers.get('ratelimit')).toMatch(/^"events";r=\d+;t=\d+$/);
    expect(answer.headers.get('ratelimit-policy')).toMatch(/^"events";q=\d+;w=\d+$/);
  });

  it('are answered in the same words whether they take the short way or the long one', async () => {
    const body = JSON.stringify(event());
    await post(body);
    const [short, long] = [await post(body), await post(body, { 'content-type': 'application/json; a=b' })];
    const changing = new Set(['date', 'ratelimit']);
    const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => !changing.has(name)).sort();
    expect(headersOf(short)).toEqual(headersOf(long));
    expect([short.status, await short.text()]).toEqual([long.status, await long.text()]);
  });

  it.each([
    ['is no JSON', '{"id":', 400],
    ['would spoil objects', '{"__proto__":{}}', 400],
    ['is none', '{}', 422],
  ])('are refused where what comes alone %s', async (_name, body, status) => {
    expect(await problemOf(await post(body))).toMatchObject({ status });
  });

  const lines = (events: readonly object[]) => events.map((each) => JSON.stringify(each)).join('\n');
  const array = JSON.stringify;

  it.each([
    ['an array', 'application/json', '', array],
    ['a CloudEvents batch', 'application/cloudevents-batch+json', '', array],
    ['lines', 'application/x-ndjson', '', lines],
    ['a gzipped array', 'application/json', 'gzip', array],
    ['lines in brotli', 'application/x-ndjson', 'br', lines],
  ] as const)('are taken as %s, with a result for each', async (_name, type, encoding, write) => {
    const events = Array.from({ length: 50 }, () => event());
    const text = write(events);
    const body = encoding === 'gzip' ? gzipSync(text) : encoding === 'br' ? brotliCompressSync(text) : text;
    const answer = await post(body, {
      'content-type': type,
      ...(encoding === '' ? {} : { 'content-encoding': encoding }),
    });
    expect(answer.status).toBe(200);
    expect(await resultsOf(answer)).toEqual(events.map(({ id }) => ({ id, status: 'recorded' })));
  });

  it('ING-02 count once when one is sent 50 times at the same time, with the same answer to each', async () => {
    const other = await newTenant(thisRun.operator);
    await publish(other.admin, 'pruning');
    const body = JSON.stringify(event());
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(body, {}, other.admin)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(texts).size).toBe(1);
    expect(await rows(other, 'event_id')).toHaveLength(1);
    expect(await rows(other, 'downloads', 'usage_days')).toEqual([{ downloads: 1 }]);
  });

  it('ING-03 are refused with 422 where the id is known with another body, and the first one stays', async () => {
    const first = event();
    const other = { ...first, type: 'loam.usage.view' };
    expect((await post(JSON.stringify(first))).status).toBe(202);
    expect(await problemOf(await post(JSON.stringify(other)))).toMatchObject({
      ...{ code: 'usage-conflict', status: 422, errors: [{ pointer: '/id' }] },
    });
    const [, conflict, again] = await resultsOf(await post(JSON.stringify([event(), other, first])));
    expect(conflict).toMatchObject({ id: first.id, status: 'conflict', code: 'usage-conflict' });
    expect(again).toEqual({ id: first.id, status: 'recorded' });
  });

  it('ING-04 of which three of 500 are not valid are recorded but for those, which say where', async () => {
    const other = await newTenant(thisRun.operator);
    await publish(other.admin, 'pruning');
    const events: object[] = Array.from({ length: 500 }, () => event());
    events[7] = { ...event(), type: 'loam.usage.theft' };
    events[70] = event({ data: { version: 'newest' } });
    events[499] = { ...event(), time: 'yesterday' };
    const answer = await post(JSON.stringify(events), {}, other.admin);
    expect(answer.status).toBe(200);
    const results = await resultsOf(answer);
    expect(results.filter(({ status }) => status === 'recorded')).toHaveLength(497);
    expect([7, 70, 499].map((index) => results[index])).toMatchObject(
      ['/type', '/data/version', '/time'].map((pointer) => ({ status: 'invalid', pointer })),
    );
    expect(await rows(other, 'event_id')).toHaveLength(497);
  });

  it('name skills and versions that exist, by slug or as a plugin does', async () => {
    const results = await resultsOf(
      await post(
        JSON.stringify([
          event({ data: { skill: 'orchard:grafting', version: '1.0.0' } }),
          event({ data: { skill: 'orchard:pruning' } }),
          event({ data: { skill: 'weeding' } }),
          event({ data: { version: '9.9.9' } }),
          event({ data: { kind: 'agent' } }),
          event({ data: { skill: 'Not A Slug' } }),
        ]),
      ),
    );
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      ...['recorded', 'recorded', 'skill-not-found', 'version-not-found'],
      ...['skill-not-found', 'skill-not-found'],
    ]);
    expect(await problemOf(await post(JSON.stringify(event({ data: { skill: 'weeding' } }))))).toMatchObject({
      ...{ code: 'skill-not-found', status: 404 },
    });
    const wrong = JSON.stringify(event({ data: { version: '9.9.9' } }));
    expect(await problemOf(await post(wrong))).toMatchObject({ code: 'version-not-found', status: 404 });
    const invalid = JSON.stringify(event({ data: { skill: 7 } }));
    expect(await problemOf(await post(invalid))).toMatchObject({
      ...{ code: 'event-invalid', status: 422, errors: [{ pointer: '/data/skill' }] },
    });
  });

  it('keep nothing in clear of who reports them, and nothing that was not asked for', async () => {
    const other = await newTenant(thisRun.operator);
    await publish(other.admin, 'pruning');
    const told = {
      user: 'ann@example.com',
      session: 'session-one',
      project: 'secret-orchard',
      prompt: 'tell me',
    };
    expect((await post(JSON.stringify(event({ data: told, subject: 'ann' })), {}, other.admin)).status).toBe(
      202,
    );
    const [row] = await rows<Record<string, unknown>>(other, 'usage_facts.*');
    expect(row).toMatchObject({ person: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(JSON.stringify(row)).not.toMatch(/ann|session-one|secret-orchard|tell me/);
  });

  it('ING-12 whose time cannot be right are kept as of when they came, and marked', async () => {
    const other = await newTenant(thisRun.operator);
    await publish(other.admin, 'pruning');
    const DAY_MS = 86_400_000;
    const times = [3 * DAY_MS, -3 * DAY_MS, -Date.now()].map((ms) => new Date(Date.now() + ms).toISOString());
    const results = await resultsOf(
      await post(JSON.stringify(times.map((time) => event({ time }))), {}, other.admin),
    );
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
    const kept = await rows<{ at: Date; received_at: Date; skewed: boolean }>(
      other,
      'at, received_at, skewed',
    );
    const sure = kept.filter(({ skewed }) => !skewed);
    expect(sure.map(({ at }) => at.toISOString())).toEqual([times[1]]);
    expect(kept).toHaveLength(3);
    for (const { at, received_at } of kept.filter(({ skewed }) => skewed)) expect(at).toEqual(received_at);
  });
});

describe('ING-07 a body that is made to be trouble', () => {
  const MiB = 1024 * 1024;
  /** The answer, which must come within 100 ms of the end of the request but for a slow machine, once warm. */
  const refused = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    await post(JSON.stringify(event()));
    const started = performance.now();
    const problem = await problemOf(await post(body, headers));
    expect(performance.now() - started).toBeLessThan(1000);
    return problem;
  };

  it('is refused where it is larger than 1 MiB, as it comes or once inflated', async () => {
    const large = JSON.stringify([event(), 'x'.repeat(MiB)]);
    expect(await refused(large)).toMatchObject({ code: 'body-too-large' });
    expect(await refused(gzipSync(large), { 'content-encoding': 'gzip' })).toMatchObject({
      ...{ code: 'body-too-large', status: 413 },
    });
  });

  it('is not inflated any further than that', async () => {
    const expanded = Buffer.alloc(64 * MiB);
    const bombs = {
      gzip: gzipSync(expanded, { level: 9 }),
      br: brotliCompressSync(expanded, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    };
    for (const [encoding, bomb] of Object.entries(bombs))
      expect(await refused(bomb, { 'content-encoding': encoding })).toMatchObject({ status: 413 });
  });

  it.each([
    ['nested 10,000 deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, {}],
    ['with a key that means a prototype', '{"__proto__":{"a":1},"id":"x"}', {}],
    ['that is not JSON', '{"id":', {}],
    ['that is no gzip', 'plain', { 'content-encoding': 'gzip' }],
    ['cut off in the middle', gzipSync('[]'.repeat(1000)).subarray(0, 20), { 'content-encoding': 'gzip' }],
  ] as const)('is refused with 400 %s', async (_name, body, headers) => {
    expect(await refused(body, headers)).toMatchObject({ code: 'request-malformed', status: 400 });
  });

  it('is refused with 413 with more than 1,000 events, and with 415 in an encoding that is not known', async () => {
    const many = JSON.stringify(Array.from({ length: 1001 }, () => ({})));
    expect(await refused(many)).toMatchObject({ code: 'body-too-large' });
    expect(await refused('[]', { 'content-encoding': 'zstd' })).toMatchObject({ status: 415 });
  });
});

describe('an invocation', () => {
  const issue = async (scopes: readonly Scope[]): Promise<Caller> => {
    const { raw_token } = await tenant.admin.call(issueToken, { body: { label: 'a reporter', scopes } });
    return new Caller(thisRun.url, raw_token);
  };

  it('begins once for an Idempotency-Key, which no other content may have', async () => {
    const headers = { 'idempotency-key': `try-${randomUUID()}` };
    const start = (body: object) => tenant.admin.send(invocations.startInvocation, { headers, body });
    const [first, again] = [
      await (await start({ skill_id: 'pruning' })).json(),
      await (await start({ skill_id: 'pruning' })).json(),
    ];
    expect(again).toEqual(first);
    const other = await start({ skill_id: 'pruning', session_hash: 'another' });
    expect({ status: other.status, body: await other.json() }).toMatchObject({
      ...{ status: 422, body: { code: 'usage-conflict' } },
    });
  });

  it('is started, ended and rated, and read back with what follows from it', async () => {
    const caller = await issue(['telemetry:write']);
    const { invocation_id: id } = await caller.call(invocations.startInvocation, {
      body: { skill_id: 'pruning', version_id: '1.0.0', session_hash: 'abc', client_meta: { a: 1 } },
    });
    const read = () => caller.call(invocations.getInvocation, { params: { id } });
    expect(await read()).toMatchObject({
      skill: 'pruning',
      version: '1.0.0',
      outcome: 'unknown',
      auto_rating: null,
    });
    const end = (body: object) => caller.call(invocations.endInvocation, { params: { id }, body });
    await end({ duration_ms: 900, follow_up_iterations: 0, outcome: 'failure' });
    await end({ duration_ms: 1500, follow_up_iterations: 4, outcome: 'success' });
    expect(await read()).toMatchObject({
      ...{ outcome: 'success', by: 'model', duration_ms: 1500, follow_up_iterations: 4 },
      auto_rating: { value: 1, reason: 'success after 4 follow-ups' },
    });
    await caller.call(invocations.rateInvocation, { params: { id }, body: { value: -1, comment: 'no' } });
    expect(await read()).toMatchObject({ outcome: 'failure', by: 'user', auto_rating: { value: -1 } });
  });

  it('is told of by nobody but who began it', async () => {
    const [mine, other] = await Promise.all([issue(['telemetry:write']), issue(['telemetry:write'])]);
    const { invocation_id: id } = await mine.call(invocations.startInvocation, {
      body: { skill_id: 'pruning' },
    });
    for (const [route, body] of [
      [invocations.endInvocation, { outcome: 'success' }],
      [invocations.rateInvocation, { value: 1 }],
    ] as const) {
      expect(await other.refused(route, { params: { id }, body })).toMatchObject({
        code: 'invocation-foreign',
      });
      const unknown = { params: { id: randomUUID() }, body };
      expect(await mine.refused(route, unknown)).toMatchObject({ code: 'invocation-not-found', status: 404 });
    }
    const ended = event({ type: 'loam.invocation.ended', data: { invocation_id: id, outcome: 'success' } });
    const [foreign] = await resultsOf(await post(JSON.stringify([ended]), {}, other));
    expect(foreign).toMatchObject({ status: 'foreign', code: 'invocation-foreign' });
    expect((await post(JSON.stringify(ended), {}, other)).status).toBe(403);
    expect((await post(JSON.stringify(ended), {}, mine)).status).toBe(202);
    expect(await mine.call(invocations.getInvocation, { params: { id } })).toMatchObject({
      outcome: 'success',
    });
  });

  it('may be told of in events, in any order', async () => {
    const invocation_id = randomUUID();
    const types = ['corrected', 'ended', 'started'] as const;
    const particulars = { corrected: {}, ended: { outcome: 'partial', cost_usd: 0.5 }, started: {} };
    const events = types.map((type) =>
      event({ type: `loam.invocation.${type}`, data: { invocation_id, ...particulars[type] } }),
    );
    await post(JSON.stringify(events));
    const found = await tenant.admin.call(invocations.getInvocation, { params: { id: invocation_id } });
    expect(found).toMatchObject({ outcome: 'partial', corrections: 1, cost_usd: 0.5, skill: 'pruning' });
  });

  it('of a skill that does not exist cannot be started', async () => {
    const body = { skill_id: 'weeding' };
    expect(await tenant.admin.refused(invocations.startInvocation, { body })).toMatchObject({
      ...{ code: 'skill-not-found', status: 404 },
    });
  });
});
