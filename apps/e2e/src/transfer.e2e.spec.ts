import { createTenant, getReplayCheck, startReplayCheck, whoami } from '@loam/contracts/http/gateway';
import { claimNamespace, listNamespaces, renameSkill } from '@loam/contracts/http/names';
import { archiveSkill, eraseSkill, moveChannel, yankSkill } from '@loam/contracts/http/lifecycle';
import { bootstrap } from '@loam/contracts/http/bootstrap';
import { getPlan, importPlan } from '@loam/contracts/http/plans';
import {
  createProject,
  deleteProject,
  getProject,
  listStackMappings,
  mapStack,
  putProjectItems,
} from '@loam/contracts/http/projects';
import {
  downloadBundle,
  getDependencies,
  getSkill,
  getSkillDetail,
  listSkills,
  listVersions,
} from '@loam/contracts/http/registry';
import { downloadExport, exportTenant, importTenant } from '@loam/contracts/http/transfer';
import type { RouteDefinition } from '@loam/contracts/define';
import { eventually } from '@loam/testing';
import { Caller, newTenant, problemOf, type Given, type Tenant } from './caller.fixtures';
import { ownStack } from './own-stack.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';
import { archiveOf, ended, exported, forged, imported, partsOf, send } from './transfer.fixtures';

jest.setTimeout(180_000);

const { operator } = thisRun;
let elsewhere: Awaited<ReturnType<typeof ownStack>>;
let there: Caller;
let tenant: Tenant;
let archive: Buffer;

/** A tenant of the same name in the other instance. */
const twinOf = async (slug: string): Promise<Caller> => {
  const { token } = await there.call(createTenant, { body: { slug, name: slug } });
  return new Caller(there.url, token);
};

/** A catalog in which everything has happened that may happen to a version. */
async function fill({ admin }: Tenant): Promise<void> {
  await publish(admin, 'base');
  await publish(admin, 'base', { version: '1.1.0', body: 'Do it better.' });
  await publish(admin, 'top', { requires: ['base@^1.0.0'] });
  await publish(admin, 'yanked');
  await admin.call(yankSkill, { params: { slug: 'yanked' }, body: { version: '1.0.0', reason: 'broken' } });
  await publish(admin, 'archived');
  await admin.call(archiveSkill, { params: { slug: 'archived' } });
  await publish(admin, 'erased', { body: 'the secret' });
  await admin.call(eraseSkill, { params: { slug: 'erased' }, body: { reason: 'leaked' } });
  await publish(admin, 'old-name', { body: 'By another name.' });
  await admin.call(renameSkill, { params: { slug: 'old-name' }, body: { to: 'new-name' } });
  const { token_id } = await admin.call(whoami);
  await admin.call(claimNamespace, { params: { prefix: 'mine' }, body: { owners: [token_id] } });
  await admin.call(moveChannel, { params: { slug: 'base', channel: 'beta' }, body: { version: '1.1.0' } });
  for (const project of ['web', 'closed']) {
    await admin.call(createProject, { body: { slug: project, name: project } });
    const body = { source_type: 'file', body_md: `# The plan of ${project}` };
    await admin.call(importPlan, { params: { slug: project }, body });
  }
  await admin.text(putProjectItems, { params: { slug: 'web' }, body: [{ slug: 'base', version: '^1' }] });
  await admin.text(deleteProject, { params: { slug: 'closed' } });
  await admin.call(mapStack, { body: { stack: 'rust', skill: 'top' } });
}

beforeAll(async () => {
  elsewhere = await ownStack();
  there = new Caller(elsewhere.url, elsewhere.token);
  tenant = await newTenant(operator);
  await fill(tenant);
  archive = await eventually(async () => {
    const found = await exported(operator, tenant.slug);
    expect((await partsOf(found)).filter(({ name }) => name.startsWith('bundles/'))).toHaveLength(6);
    return found;
  });
});
afterAll(() => elsewhere.close());

const answerOf = async (caller: Caller, route: RouteDefinition, given?: Given) => {
  const response = await caller.send(route, given);
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return {
    status: response.status,
    // How often it was used is telemetry's to tell, and is no part of an archive.
    etag: body.includes('"use_count"') ? null : response.headers.get('etag'),
    body: body.replace(/"traceId":"\w+"|"use_count":\w+,|"last_used_at":(?:null|"[^"]+"),/g, ''),
  };
};

describe('an exported tenant', () => {
  it('is the same byte for byte after its import into an empty instance', async () => {
    const { slug, admin } = tenant;
    const twin = await twinOf(slug);
    const { status, error, progress } = await imported(there, slug, archive);
    expect({ status, error }).toEqual({ status: 'done', error: null });
    expect(progress.done).toBe(progress.total);
    const asked: [RouteDefinition, Given][] = [
      [listSkills, {}],
      [listNamespaces, {}],
      ...['base', 'top', 'yanked', 'archived', 'erased', 'old-name', 'new-name'].flatMap(
        (each): [RouteDefinition, Given][] => {
          const params = { slug: each };
          return [
            [getSkill, { params }],
            [getSkill, { params, query: { version: '1.0.0' } }],
            [getSkillDetail, { params }],
            [listVersions, { params }],
            [getDependencies, { params }],
            [downloadBundle, { params, query: { version: '1.0.0', bytes: 'true' } }],
          ];
        },
      ),
      [getSkill, { params: { slug: 'base' }, query: { version: 'beta' } }],
      [getProject, { params: { slug: 'web' } }],
      [getPlan, { params: { slug: 'web' } }],
      [listStackMappings, {}],
      [bootstrap, { query: { stack: 'rust', project: 'web' } }],
    ];
    expect((await partsOf(archive)).filter(({ name }) => name.startsWith('plans/'))).toHaveLength(1);
    for (const [route, given] of asked) {
      const [here, copied] = await Promise.all([answerOf(admin, route, given), answerOf(twin, route, given)]);
      expect({ route: route.id, given, ...copied }).toEqual({ route: route.id, given, ...here });
    }
    expect((await exported(there, slug)).equals(archive)).toBe(true);
  });

  it('goes on there: it can be published in, and every table follows from the log', async () => {
    const here = await newTenant(operator);
    await publish(here.admin, 'one');
    const twin = await twinOf(here.slug);
    const copy = await exported(operator, here.slug);
    expect(await imported(there, here.slug, copy)).toMatchObject({ status: 'done' });
    await publish(twin, 'one', { version: '1.1.0' });
    expect(await twin.call(getSkill, { params: { slug: 'one' } })).toMatchObject({ version: '1.1.0' });
    const params = { service: 'registry' as const };
    const { id } = await there.call(startReplayCheck, { params });
    await eventually(async () => {
      const check = await there.call(getReplayCheck, { params: { ...params, id } });
      expect(check).toMatchObject({ status: 'done', differing: 0 });
    });
  });

  it('is judged anew there, whatever the archive says of its versions', async () => {
    const here = await newTenant(operator);
    const secret = `token: ${['ghp_', 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz1Ab'].join('')}`;
    await publish(here.admin, 'leaky', { body: secret });
    const found = { params: { slug: 'leaky' }, query: { version: '1.0.0' } };
    expect(await here.admin.call(getSkill, found)).toMatchObject({ verdict: 'blocked' });
    const lying = await forged(await exported(operator, here.slug), (events) =>
      events.map((event) =>
        event['type'] === 'registry.skill-scanned'
          ? { ...event, data: { ...event.data, verdict: 'pass', findings: [], findingsTotal: 0 } }
          : event,
      ),
    );
    const twin = await twinOf(here.slug);
    expect(await imported(there, here.slug, lying)).toMatchObject({ status: 'done' });
    await eventually(async () => {
      expect(await twin.call(getSkill, found)).toMatchObject({ verdict: 'blocked' });
    });
  });

  it('is refused where the tenant has a catalog, is not there, or is asked for by others', async () => {
    const { slug, admin } = tenant;
    expect((await problemOf(await send(operator, slug, archive))).code).toBe('tenant-not-empty');
    expect((await problemOf(await send(operator, 'nobody-here', archive))).code).toBe('tenant-not-found');
    expect((await problemOf(await send(admin, slug, archive))).code).toBe('forbidden');
    expect((await problemOf(await send(operator, slug, archive, 'text/csv'))).code).toBe(
      'media-type-unsupported',
    );
    expect((await admin.refused(exportTenant, { params: { slug } })).code).toBe('forbidden');
    const other = await newTenant(operator);
    const { id } = await operator.call(exportTenant, { params: { slug: other.slug } });
    await ended(operator, other.slug, id);
    expect((await operator.refused(downloadExport, { params: { slug, id } })).code).toBe(
      'transfer-not-found',
    );
  });
});

describe('an archive that is not what an export wrote', () => {
  const swapped = async (name: RegExp, change: (bytes: Buffer) => Buffer): Promise<Buffer> =>
    archiveOf(
      (await partsOf(archive)).map((part) =>
        name.test(part.name) ? { ...part, bytes: change(part.bytes) } : part,
      ),
    );
  const flipped = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
    return copy;
  };
  const replaced = (at: number, change: object) => () =>
    forged(archive, (events) =>
      events.map((event, index) => (index === at ? { ...event, ...change } : event)),
    );

  const cases: [string, () => Promise<Buffer> | Buffer, string, RegExp][] = [
    ['is cut off', () => archive.subarray(0, archive.length / 2), 'archive-unreadable', /whole tar/],
    [
      'is something else',
      () => Buffer.from('not a tar at all'.repeat(100)),
      'archive-unreadable',
      /whole tar/,
    ],
    ['is empty', () => Buffer.alloc(0), 'archive-unreadable', /Nothing stands where manifest\.json/],
    [
      'has a changed bundle',
      () => swapped(/^bundles/, flipped),
      'archive-digest',
      /bundle [0-9a-f]{64} has another/,
    ],
    [
      'has changed events',
      () =>
        swapped(/^events/, (bytes) => Buffer.from(bytes.toString().replace('About base.', 'About lies.'))),
      ...(['archive-digest', /events\.ndjson has another digest/] as const),
    ],
    [
      'lacks a bundle',
      async () => {
        const [first] = (await partsOf(archive)).filter(({ name }) => name.startsWith('bundles/'));
        return archiveOf((await partsOf(archive)).filter(({ name }) => name !== first?.name));
      },
      ...(['archive-bundles', /bundle [0-9a-f]{64} is missing/] as const),
    ],
    [
      'lacks a plan',
      async () => archiveOf((await partsOf(archive)).filter(({ name }) => !name.startsWith('plans/'))),
      ...(['archive-bundles', /plan [0-9a-f]{64} is missing/] as const),
    ],
    [
      'has a changed plan',
      () => swapped(/^plans/, flipped),
      ...(['archive-digest', /plan [0-9a-f]{64} has another/] as const),
    ],
    [
      'has an entry too many',
      async () =>
        archiveOf([...(await partsOf(archive)), { name: '../../etc/passwd', bytes: Buffer.from('x') }]),
      ...(['archive-bundles', /Nothing needs/] as const),
    ],
    [
      'has a manifest of another kind',
      () =>
        swapped(/^manifest/, (bytes) =>
          Buffer.from(bytes.toString().replace('"version": 1', '"version": 2')),
        ),
      ...(['archive-manifest', /version/] as const),
    ],
    [
      'has an event of another tenant',
      replaced(1, { tenant: '00000000-0000-8000-8000-000000000000' }),
      ...(['archive-other-tenant', /line 2/] as const),
    ],
    [
      'has an event of an unknown type',
      replaced(2, { type: 'registry.skill-sold' }),
      'archive-events',
      /skill-sold/,
    ],
    ['has an event of a later version', replaced(2, { version: 99 }), 'archive-events', /no version 99/],
    [
      'has a gap in a stream',
      replaced(0, { revision: 1 }),
      'archive-events',
      /revision 1 of .* where 0 belongs/,
    ],
    [
      'has an event twice',
      () => forged(archive, (events) => [...events, ...events.slice(0, 1)]),
      'archive-events',
      /twice/,
    ],
    [
      'has data that no decision yields',
      replaced(0, { data: { slug: '../x' } }),
      'archive-events',
      /data of registry/,
    ],
    [
      'tells of an item in the stream of another',
      () =>
        forged(archive, (events) =>
          events.map((event, at) =>
            at === 0 ? { ...event, data: { ...event.data, slug: 'other' } } : event,
          ),
        ),
      ...(['archive-events', /in the stream/] as const),
    ],
    [
      'publishes other content than its bundles hold',
      () =>
        forged(archive, (events) =>
          events.map((event, at) =>
            at === 0 ? { ...event, data: { ...event.data, fingerprint: `sha256:${'0'.repeat(64)}` } } : event,
          ),
        ),
      ...(['archive-bundles', /not the one that was published/] as const),
    ],
    [
      'lacks a publication that its bundles are of',
      () => forged(archive, (events) => events.filter(({ data }) => data['slug'] !== 'archived')),
      ...(['archive-bundles', /other bundles than the events need/] as const),
    ],
    [
      'judges what was never published',
      () =>
        forged(archive, (events) => {
          const scan = events.find(({ type }) => type === 'registry.skill-scanned');
          const stream = `skill:${String(scan?.['tenant'])}:skill:ghost`;
          const id = '01900000-0000-7000-8000-000000000000';
          return [...events, { ...scan, id, stream, revision: 0, data: { ...scan?.data, slug: 'ghost' } }];
        }),
      ...(['archive-events', /contradict each other/] as const),
    ],
  ];

  it('is refused with what exactly is wrong, and nothing of it is stored: the good one is still taken', async () => {
    // The archive names its tenant, so that one tenant must serve for all of them.
    const here = await newTenant(operator);
    await fill(here);
    const own = await eventually(async () => {
      const found = await exported(operator, here.slug);
      expect((await partsOf(found)).filter(({ name }) => name.startsWith('bundles/'))).toHaveLength(6);
      return found;
    });
    const mine = archive;
    archive = own;
    const twin = await twinOf(here.slug);
    for (const [what, make, code, detail] of cases) {
      const transfer = await imported(there, here.slug, await make());
      expect({ what, status: transfer.status, error: transfer.error }).toEqual({
        ...{ what, status: 'failed' },
        error: { code, detail: expect.stringMatching(detail) },
      });
      expect(await twin.call(listSkills)).toEqual([]);
    }
    const stranger = await newTenant(operator);
    const foreign = await imported(operator, stranger.slug, own);
    expect(foreign.error).toMatchObject({ code: 'archive-other-tenant' });
    expect(await imported(there, here.slug, own)).toMatchObject({ status: 'done', error: null });
    archive = mine;
  });

  it('that comes twice at once is taken in once', async () => {
    const here = await newTenant(operator);
    await publish(here.admin, 'one');
    const own = await exported(operator, here.slug);
    await twinOf(here.slug);
    // The second may be refused as it comes, where the first is through already, or after it was begun.
    const endOf = async (response: Response): Promise<string> => {
      if (response.status !== 202) return (await problemOf(response)).code;
      const { id } = importTenant.response.parse(await response.json());
      const { status, error } = await ended(there, here.slug, id);
      return error?.code ?? status;
    };
    const both = await Promise.all([send(there, here.slug, own), send(there, here.slug, own)]);
    expect((await Promise.all(both.map(endOf))).sort()).toEqual(['done', 'tenant-not-empty']);
  });
});
