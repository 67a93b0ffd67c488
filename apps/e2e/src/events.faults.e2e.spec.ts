import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { reportEvents } from '@loam/contracts/http/events';
import type { ServiceName } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { newTenant, problemOf, type Tenant } from './caller.fixtures';
import { killNow, openHouse, type House } from './house.fixtures';
import { publish } from './skills.fixtures';
import { expectAgreement } from './traces.fixtures';

jest.setTimeout(400_000);

const EVENTS = 10_000;
const AT_ONCE = 20;
const KILLS = 20;
/** What is promised, and what a busy machine takes to say so. */
const AWAY_WITHIN_MS = 2500;
/** What a tenant may report per second; in the way of no test but the one about it. */
const QUOTA = 2000;
const MiB = 1024 * 1024;

let house: House;
let tenant: Tenant;

beforeAll(async () => {
  house = await openHouse({ tuning: 'durable', environment: { LOAM_EVENTS_PER_SECOND: String(QUOTA) } });
  tenant = await newTenant(house.operator);
  for (const slug of ['one', 'other']) await publish(tenant.admin, slug);
}, 120_000);
afterAll(() => house.close());

const event = (slug = 'one') => ({ id: randomUUID(), type: 'loam.usage.download', data: { skill: slug } });
const post = (body: unknown, of = tenant) => of.admin.send(reportEvents, { body });

/** How often the tenant's events were kept, and counted in each way. */
async function countedOf({ slug }: Tenant) {
  const sum = (what: string, table: string) =>
    `(SELECT coalesce(sum(${what}), 0)::int FROM telemetry.${table} WHERE tenant_id = t.tenant_id)`;
  const [found] = await house.rows<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM telemetry.usage_facts WHERE tenant_id = t.tenant_id) AS facts,
       ${sum('1', 'usage_ids')} AS ids, ${sum('downloads', 'usage_quarters')} AS quarters,
       ${sum('downloads', 'usage_days')} AS days, ${sum('uses', 'usage_totals')} AS totals
     FROM gateway.tenants t WHERE slug = $1`,
    [slug],
  );
  return found;
}
const all = (count: number) => ({ facts: count, ids: count, quarters: count, days: count, totals: count });

/** Sends the same events until they are acknowledged, as clients with a spool do. */
async function insist(events: readonly object[], of: Tenant): Promise<void> {
  for (;;) {
    const answer = await post(events, of).catch(() => undefined);
    if (answer?.status === 200) {
      const results = await answer.json().then(
        (body) => reportEvents.response.parse(body).results,
        () => undefined,
      );
      if (results !== undefined) {
        expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['recorded']));
        return;
      }
    } else if (answer !== undefined) expect([429, 503]).toContain((await problemOf(answer)).status);
    await delay(50);
  }
}

it(`ING-01 of ${EVENTS} events each counts once, with ${KILLS} kills of gateway and telemetry meanwhile`, async () => {
  const reporter = await newTenant(house.operator);
  for (const slug of ['one', 'other']) await publish(reporter.admin, slug);
  const batches = Array.from({ length: EVENTS / AT_ONCE }, () =>
    Array.from({ length: AT_ONCE }, (_, index) => event(index % 2 === 0 ? 'one' : 'other')),
  );
  const clients = Array.from({ length: 4 }, async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await insist(batch, reporter);
  });
  const names: readonly ServiceName[] = ['telemetry', 'gateway'];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await delay(Math.random() * 300);
    const name = names[kill % names.length] ?? 'telemetry';
    await killNow(house.stack.services[name]);
    await house.stack.restart(name);
  }
  await Promise.all(clients);
  expect(await countedOf(reporter)).toEqual(all(EVENTS));
  await expectAgreement(house);
});

it.each([
  ['ING-05 NATS', 'nats'],
  ['ING-06 Postgres', 'postgres'],
] as const)(
  '%s killed at full load is 503 within 2 s, and each event counts once when it is back',
  async (_id, name) => {
    const reporter = await newTenant(house.operator);
    for (const slug of ['one', 'other']) await publish(reporter.admin, slug);
    const batches = Array.from({ length: 200 }, () => Array.from({ length: AT_ONCE }, () => event()));
    const clients = Array.from({ length: 4 }, async () => {
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop())
        await insist(batch, reporter);
    });
    await eventually(() => {
      expect(batches.length).toBeLessThan(150);
    });
    await killNow(house.part(name));
    const began = performance.now();
    const away = await post(event('other'), reporter);
    expect(performance.now() - began).toBeLessThan(AWAY_WITHIN_MS);
    expect(away.headers.get('retry-after')).toMatch(/^[1-9]/);
    expect((await problemOf(away)).status).toBe(503);
    await house.part(name).start();
    await Promise.all(clients);
    expect(await countedOf(reporter)).toEqual(all(200 * AT_ONCE));
  },
);

it('ING-15 a SIGTERM with 200 events in hand loses none that was acknowledged, and ends in time', async () => {
  const reporter = await newTenant(house.operator);
  await publish(reporter.admin, 'one');
  for (const name of ['telemetry', 'gateway'] as const) {
    const before = (await countedOf(reporter))?.['facts'] ?? 0;
    const answers = Array.from({ length: 200 }, () => post(event(), reporter).catch(() => undefined));
    const died = house.stack.services[name].died();
    house.stack.services[name].kill('SIGTERM');
    const acknowledged = (await Promise.all(answers)).filter((answer) => answer?.status === 202).length;
    for (const answer of await Promise.all(answers))
      if (answer !== undefined && answer.status !== 202) expect((await problemOf(answer)).status).toBe(503);
    expect({ name, died: await died }).toEqual({ name, died: 'exit code 0' });
    await house.stack.restart(name);
    const counted = (await countedOf(reporter)) ?? {};
    expect((counted['facts'] ?? 0) - before).toBeGreaterThanOrEqual(acknowledged);
    expect(counted).toEqual(all(counted['facts'] ?? 0));
  }
});

it('ING-07 a body that expands without end takes no memory', async () => {
  const bombs = {
    gzip: gzipSync(Buffer.alloc(256 * MiB)),
    br: brotliCompressSync(Buffer.alloc(256 * MiB), { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } }),
  };
  const { gateway } = house.stack.processIds();
  const authorized = { authorization: `Bearer ${tenant.admin.token ?? ''}` };
  const peak = async () =>
    Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${gateway}/status`, 'utf8'))?.[1]);
  const send = async () => {
    for (const [encoding, body] of Object.entries(bombs)) {
      const headers = { ...authorized, 'content-type': 'application/json', 'content-encoding': encoding };
      const answer = await fetch(`${tenant.admin.url}/v1/events`, { method: 'POST', headers, body });
      expect(answer.status).toBe(413);
    }
  };
  // Until the first are collected, the buffers of the bodies themselves add up.
  for (let warm = 0; warm < 10; warm += 1) await send();
  const before = await peak();
  for (let round = 0; round < 10; round += 1) await send();
  expect(((await peak()) - before) / 1024).toBeLessThan(20);
});

it('ING-14 a tenant that reports more than it may is told when to go on, and its neighbour notices nothing', async () => {
  const [noisy, quiet] = [await newTenant(house.operator), await newTenant(house.operator)];
  for (const { admin } of [noisy, quiet]) await publish(admin, 'one');
  const batch = () => Array.from({ length: 1000 }, () => event());
  let refused: Response | undefined;
  const noise = eventually(async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => post(batch(), noisy)));
    refused = answers.find(({ status }) => status === 429);
    expect(refused).toBeDefined();
  }, 30_000);
  for (let sent = 0; sent < 50; sent += 1) {
    expect((await post(event(), quiet)).status).toBe(202);
    await delay(10);
  }
  await noise;
  if (refused === undefined) throw new Error('nothing was refused');
  expect(refused.headers.get('ratelimit-policy')).toBe(`"events";q=${2 * QUOTA};w=2`);
  expect(refused.headers.get('ratelimit')).toMatch(/^"events";r=\d+;t=[12]$/);
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]$/);
  expect(await problemOf(refused)).toMatchObject({ code: 'rate-limited', status: 429 });
  expect(await countedOf(quiet)).toEqual(all(50));
});
