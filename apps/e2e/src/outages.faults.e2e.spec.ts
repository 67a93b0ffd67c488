import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'nats';
import { createDraft, getDraft, listDrafts, publishDraft } from '@loam/contracts/http/capturer';
import { decayCandidates } from '@loam/contracts/http/decay';
import {
  discardDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
  showDeadLetter,
  whoami,
} from '@loam/contracts/http/gateway';
import {
  downloadBundle,
  getDependencies,
  getSkill,
  getSkillDetail,
  getSkillMd,
  listSkills,
  listVersions,
  publishSkill,
} from '@loam/contracts/http/registry';
import { reportUsage, topSkills, usageTimeline } from '@loam/contracts/http/telemetry';
import type { RouteDefinition } from '@loam/contracts/define';
import { serviceNames, type ServiceName } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { newTenant, problemOf, type Given } from './caller.fixtures';
import { killNow, openHouse, readinessOf, type House } from './house.fixtures';
import { PersistentClients } from './persistence.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import {
  expectAcknowledged,
  expectAgreement,
  expectHeardOnce,
  expectUses,
  expectWhole,
} from './traces.fixtures';

jest.setTimeout(120_000);

/** How long anybody waits for the answer that a part is away. */
const AWAY_WITHIN_MS = 2000;

let house: House;
const KNOWN = 'known-before';

beforeAll(async () => {
  house = await openHouse({ tuning: 'durable' });
  await publish(house.operator, KNOWN);
  await expectHeardOnce(house, KNOWN);
});

afterAll(() => house.close());

type Request = readonly [RouteDefinition, Given];

const ofKnown = { params: { slug: KNOWN } };
const use = (): Given => ({
  body: { skill_id: KNOWN, event: 'download', version: '1.0.0', id: randomUUID() },
});
const uploadOf = async (slug: string, more: object = { version: '1.0.0' }): Promise<Given> => ({
  body: { slug, ...more },
  bundle: await bundleOf({ 'SKILL.md': skillMd({ name: slug, description: `About ${slug}.` }) }),
});

/** What registry must answer. */
const catalogRequests: readonly Request[] = [
  [listSkills, {}],
  ...[getSkill, getSkillDetail, listVersions, getDependencies].map((route): Request => [route, ofKnown]),
];
const figuresRequests: readonly Request[] = [
  [usageTimeline, {}],
  [topSkills, {}],
];

const succeeds = async ([route, given]: Request): Promise<void> => {
  const answer = await house.operator.send(route, given);
  expect({ path: route.path, status: answer.status }).toEqual({ path: route.path, status: route.status });
  await answer.arrayBuffer();
};

/** Each is told within 2 s that a part is away, and when to try again. */
async function expectAway(requests: readonly Request[]): Promise<void> {
  const answers = await Promise.all(
    requests.map(async ([route, given]) => {
      const started = performance.now();
      const problem = await problemOf(await house.operator.send(route, given));
      return {
        path: route.path,
        status: problem.status,
        inTime: performance.now() - started < AWAY_WITHIN_MS,
      };
    }),
  );
  expect(answers).toEqual(requests.map(([{ path }]) => ({ path, status: 503, inTime: true })));
}

/** Everything works again, without anything having been started anew, and what it leads to arrives. */
async function expectRecovered(slug: string): Promise<void> {
  await eventually(() => publish(house.operator, slug));
  await expectHeardOnce(house, slug);
  await expectWhole(house, slug);
  await expectUses(house, slug, 1);
  for (const service of serviceNames)
    await eventually(async () => {
      expect(await readinessOf(house, service)).toMatchObject({ code: 200, status: 'ready' });
    });
}

const processes = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(house.stack.services).map(([name, { current }]) => [name, current?.pid ?? 0]),
  );

/** Runs what follows with the same five processes from its beginning to its end. */
async function withoutRestart(work: () => Promise<void>): Promise<void> {
  const before = processes();
  await work();
  expect(processes()).toEqual(before);
}

describe('NATS', () => {
  it('away, is answered 503 within 2 s by whatever needs a service, and everything works when it is back', () =>
    withoutRestart(async () => {
      await house.part('nats').stop();
      await expectAway([
        ...catalogRequests,
        ...figuresRequests,
        [getSkillMd, ofKnown],
        [downloadBundle, ofKnown],
        [decayCandidates, {}],
        [listDrafts, {}],
        [publishSkill, await uploadOf('while-nats-was-away')],
        [reportUsage, use()],
      ]);
      await succeeds([whoami, {}]);
      for (const service of serviceNames) {
        expect(await readinessOf(house, service)).toMatchObject({ code: 503, status: 'not-ready' });
        expect((await fetch(`${house.stack.healthUrlOf(service)}/livez`)).status).toBe(200);
      }
      await house.part('nats').start();
      await expectRecovered('while-nats-was-away');
    }));

  it('EVT-05 comes back with nothing of what it had, and all events still have their effect, once', async () => {
    const { stack, operator } = house;
    await stack.services.decay.stop();
    await publish(operator, 'lost-by-nats');
    await eventually(async () => {
      expect(
        await house.rows("SELECT 1 FROM telemetry.known_skills WHERE slug = 'lost-by-nats'"),
      ).toHaveLength(1);
    });
    await killNow(house.part('nats'));
    await rm(join(house.home, 'nats', 'store'), { recursive: true });
    await house.part('nats').start();
    await stack.services.decay.start();
    await expectHeardOnce(house, 'lost-by-nats');
    await expectRecovered('after-nats-lost-all');
    await expectUses(house, 'lost-by-nats', 0);
    await expectAgreement(house);
  });
});

describe('Redis', () => {
  it('away, is missed by nothing that a caller sees, and what is owed is done when it is back', async () => {
    const { stack, operator } = house;
    await house.part('redis').stop();
    for (const service of ['registry', 'capturer'] as const)
      await eventually(async () => {
        expect(await readinessOf(house, service)).toMatchObject({ code: 200, status: 'degraded' });
      });
    await publish(operator, 'while-redis-was-away');
    await expectHeardOnce(house, 'while-redis-was-away');
    await expectWhole(house, 'while-redis-was-away');
    for (const request of [...catalogRequests, ...figuresRequests]) await succeeds(request);
    await succeeds([reportUsage, use()]);

    await stack.restart('capturer', { LOAM_CRASH_AT: 'promotion.staged' });
    const draft = await uploadOf('promoted-later', { origin: 'cli', notes: null, tags: [] });
    const { id } = await operator.call(createDraft, draft);
    const died = stack.services.capturer.died();
    void operator.send(publishDraft, { params: { id }, body: { version: '1.0.0' } }).catch(() => undefined);
    expect(await died).toBe('signal SIGKILL');
    await stack.restart('capturer');
    expect(await operator.call(getDraft, { params: { id } })).toMatchObject({ status: 'publishing' });
    await house.part('redis').start();
    await eventually(async () => {
      expect(await operator.call(getDraft, { params: { id } })).toMatchObject({ status: 'published' });
    }, 30_000);
    await expectHeardOnce(house, 'promoted-later');
    await expectWhole(house, 'promoted-later');
    await expectRecovered('after-redis');
  });
});

describe('the object store', () => {
  it('away, is answered 503 by uploads and downloads, and the catalog works', () =>
    withoutRestart(async () => {
      await publish(house.operator, 'never-downloaded');
      const folder = join(house.home, 'objects');
      await rename(folder, `${folder}.away`);
      await writeFile(folder, 'This is no folder.');
      await expectAway([
        [publishSkill, await uploadOf('while-objects-were-away')],
        [createDraft, await uploadOf('draft-of-then', { origin: 'cli', notes: null, tags: [] })],
        [downloadBundle, { params: { slug: 'never-downloaded' } }],
        [getSkillMd, { params: { slug: 'never-downloaded' } }],
      ]);
      for (const request of [...catalogRequests, ...figuresRequests, [listDrafts, {}] as const])
        await succeeds(request);
      for (const service of ['gateway', 'registry', 'capturer'] as const)
        expect(await readinessOf(house, service)).toMatchObject({ code: 200, status: 'degraded' });
      await rm(folder);
      await rename(`${folder}.away`, folder);
      await expectWhole(house, 'never-downloaded');
      await expectRecovered('while-objects-were-away');
    }));
});

describe('one service', () => {
  it('registry away, its routes answer 503 and figures and drafts are there', async () => {
    const { registry } = house.stack.services;
    await registry.stop();
    await expectAway([
      ...catalogRequests,
      [getSkillMd, ofKnown],
      [downloadBundle, ofKnown],
      [publishSkill, await uploadOf('while-registry-was-away')],
    ]);
    for (const request of figuresRequests) await succeeds(request);
    await succeeds([listDrafts, {}]);
    await succeeds([decayCandidates, {}]);
    await registry.start();
    await expectRecovered('while-registry-was-away');
  });

  it('telemetry away, the catalog and downloads work, and those downloads are counted when it is back', async () => {
    const { operator, stack } = house;
    await publish(operator, 'used-meanwhile');
    await expectHeardOnce(house, 'used-meanwhile');
    await stack.services.telemetry.stop();
    const params = { slug: 'used-meanwhile' };
    for (let times = 0; times < 5; times += 1) await succeeds([downloadBundle, { params }]);
    await succeeds([getSkillMd, { params }]);
    for (const request of catalogRequests) await succeeds(request);
    expect(await operator.call(getSkillDetail, { params })).toMatchObject({
      use_count: null,
      last_used_at: null,
    });
    await expectAway([[reportUsage, use()], ...figuresRequests]);
    await stack.services.telemetry.start();
    await expectUses(house, 'used-meanwhile', 6);
    await expectRecovered('after-telemetry');
  });
});

describe('Postgres', () => {
  it('killed and started again while skills are published and used, has all that was acknowledged', () =>
    withoutRestart(async () => {
      const clients = new PersistentClients(await newTenant(house.operator));
      try {
        clients.begin({ publishers: 3, reporters: 6 });
        for (let outage = 0; outage < 2; outage += 1) {
          const before = clients.used.size;
          await eventually(() => {
            expect(clients.used.size).toBeGreaterThan(before + 50);
          });
          await killNow(house.part('postgres'));
          await expectAway([...catalogRequests, ...figuresRequests, [reportUsage, use()]]);
          for (const service of serviceNames)
            expect(await readinessOf(house, service)).toMatchObject({ code: 503, status: 'not-ready' });
          await house.part('postgres').start();
        }
        await clients.end();
      } finally {
        clients.giveUp();
        await house.part('postgres').start();
      }
      expect(clients.retries).toBeGreaterThan(0);
      await expectAcknowledged(house, clients);
      await expectRecovered('after-postgres');
    }));
});

describe('a message that nobody can handle', () => {
  const lettersOf = async (service: ServiceName) =>
    (await house.operator.call(listDeadLetters, { query: { service } })).items;
  const press = async (route: RouteDefinition, { service, id }: { service: ServiceName; id: string }) =>
    (await house.operator.send(route, { params: { service, id } })).status;

  it('EVT-08 becomes a dead letter with its reason, others flow, and it goes when it is discarded', async () => {
    const connection = await connect({ servers: house.part('nats').current?.url ?? '' });
    const poison = { id: randomUUID(), tenant: randomUUID(), type: 'registry.skill-published' };
    await connection.jetstream().publish('evt.registry.skill-published.v1', JSON.stringify(poison));
    await connection.close();
    await publish(house.operator, 'after-the-poison');
    await expectHeardOnce(house, 'after-the-poison');
    for (const [service, name] of [
      ['telemetry', 'hear-of-skill'],
      ['decay', 'watch-skill'],
    ] as const) {
      const [letter, ...others] = await lettersOf(service);
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ service, name, source: 'event', tenant: poison.tenant, attempts: 1 });
      expect(letter?.reason).toContain('not a registry.skill-published of version 1');
      const which = { service, id: letter?.id ?? '' };
      const shown = await house.operator.call(showDeadLetter, { params: which });
      expect(shown.payload).toEqual(poison);
      for (let times = 0; times < 2; times += 1)
        expect(await house.operator.refused(redriveDeadLetter, { params: which })).toMatchObject({
          code: 'redrive-failed',
        });
      expect(await lettersOf(service)).toEqual([letter]);
      expect(await press(discardDeadLetter, which)).toBe(204);
      expect(await press(discardDeadLetter, which)).toBe(404);
      expect(await lettersOf(service)).toEqual([]);
    }
  });

  it('EVT-09 has its effect once when it is redriven after the fix, pressed twice', async () => {
    await house.rows('ALTER TABLE decay.versions RENAME TO versions_mislaid');
    await publish(house.operator, 'in-need-of-a-fix');
    const letter = await eventually(async () => {
      const [found] = await lettersOf('decay');
      expect(found).toMatchObject({ name: 'watch-skill', attempts: 6 });
      return { service: 'decay' as const, id: found?.id ?? '' };
    }, 30_000);
    await house.rows('ALTER TABLE decay.versions_mislaid RENAME TO versions');
    const pressed = await Promise.all([press(redriveDeadLetter, letter), press(redriveDeadLetter, letter)]);
    expect(pressed).toContain(204);
    // The other came too late, or in between, where it is told that somebody else is at it.
    expect([204, 404, 409]).toEqual(expect.arrayContaining(pressed));
    expect(await press(redriveDeadLetter, letter)).toBe(404);
    await expectHeardOnce(house, 'in-need-of-a-fix');
  });
});

it('after all of that every table is what its log makes of it, and every publication is known once', async () => {
  await expectAgreement(house);
});
