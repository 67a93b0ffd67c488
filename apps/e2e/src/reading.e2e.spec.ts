import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBundle } from '@loam/bundles';
import type { RouteDefinition } from '@loam/contracts/define';
import * as lifecycle from '@loam/contracts/http/lifecycle';
import * as reading from '@loam/contracts/http/reading';
import * as registry from '@loam/contracts/http/registry';
import { topSkills } from '@loam/contracts/http/telemetry';
import { openApiDocument } from '@loam/contracts/openapi';
import { eventually } from '@loam/testing';
import { newTenant, problemOf, type Caller, type Given } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

const FOR_EVER = 'private, immutable, max-age=31536000';
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let admin: Caller;
let sha256: string;
const params = { slug: 'weaving' };

/** The bytes of an answer of this status. */
async function bytesOf(response: Response, status = 200): Promise<Buffer> {
  expect(response.status).toBe(status);
  return Buffer.from(await response.arrayBuffer());
}

const files = {
  'SKILL.md': skillMd({ name: 'weaving', description: 'Weaves.', requires: '[]' }, 'Warp and weft.'),
  'assets/loom.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  'assets/page.html': '<script>alert(1)</script>',
  'notes/größe.txt': 'größer\n',
  'scripts/weave.sh': '#!/bin/sh\necho weaving\n',
};

beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  const version = (number: string, changes: string | null, all: Record<string, string>) => async () =>
    admin.call(registry.publishSkill, {
      body: { slug: 'weaving', version: number, changes },
      bundle: await bundleOf(all),
    });
  const { 'assets/page.html': _page, ...first } = files;
  await version('0.9.0', null, { ...first, 'old.txt': 'one\ntwo\n', 'notes/big.txt': 'same\n' })();
  await version('1.0.0', 'The first good one.', files)();
  ({ sha256 } = await admin.call(registry.getSkillDetail, { params }));
});

describe('PUB-14: the bytes of a bundle, by their digest', () => {
  const given = (headers: Record<string, string> = {}, query: Record<string, string> = {}): Given => ({
    ...{ params: { sha256 }, headers, query },
  });

  it('are those of the digest, and never need to be asked for again', async () => {
    const response = await admin.send(reading.readBundle, given());
    expect(sha256Of(await bytesOf(response))).toBe(sha256);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': FOR_EVER,
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-type': 'application/gzip',
      'x-loam-version': '1.0.0',
    });
  });

  it('are not sent to who has them', async () => {
    for (const known of [`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*']) {
      const response = await admin.send(reading.readBundle, given({ 'if-none-match': known }));
      expect(await bytesOf(response, 304)).toHaveLength(0);
      expect(response.headers.get('etag')).toBe(`"${sha256}"`);
      expect(response.headers.get('cache-control')).toBe(FOR_EVER);
    }
    await bytesOf(await admin.send(reading.readBundle, given({ 'if-none-match': '"other"' })));
  });

  it('come in part, in parts, or not where there are none', async () => {
    const whole = await bytesOf(await admin.send(reading.readBundle, given()));
    const part = await admin.send(reading.readBundle, given({ range: 'bytes=10-19' }));
    expect(await bytesOf(part, 206)).toEqual(whole.subarray(10, 20));
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${whole.length}`);
    expect(part.headers.get('cache-control')).toBe(FOR_EVER);

    const parts = await admin.send(reading.readBundle, given({ range: 'bytes=0-1,-2' }));
    const [, boundary = ''] =
      /^multipart\/byteranges; boundary=(.+)$/.exec(parts.headers.get('content-type') ?? '') ?? [];
    const text = (await bytesOf(parts, 206)).toString('latin1');
    expect(text.split(`--${boundary}`)).toEqual([
      '\r\n',
      expect.stringContaining(
        `content-range: bytes 0-1/${whole.length}\r\n\r\n${whole.toString('latin1', 0, 2)}\r\n`,
      ),
      expect.stringContaining(`/${whole.length}\r\n\r\n${whole.subarray(-2).toString('latin1')}\r\n`),
      '--\r\n',
    ]);

    const beyond = await admin.send(reading.readBundle, given({ range: `bytes=${whole.length}-` }));
    expect(beyond.headers.get('content-range')).toBe(`bytes */${whole.length}`);
    expect(beyond.headers.get('cache-control')).toBe('no-store');
    expect(await problemOf(beyond)).toMatchObject({ code: 'range-not-satisfiable' });
  });

  it('come in part only while they are those that the client began with', async () => {
    const range = 'bytes=0-0';
    await bytesOf(await admin.send(reading.readBundle, given({ range, 'if-range': `"${sha256}"` })), 206);
    await bytesOf(await admin.send(reading.readBundle, given({ range, 'if-range': '"other"' })));
    await bytesOf(
      await admin.send(reading.readBundle, given({ range, 'if-none-match': `"${sha256}"` })),
      304,
    );
  });

  it('hold the same files as a zip, which is the same bytes each time', async () => {
    const zips = await Promise.all(
      [
        admin.send(reading.readBundle, given({}, { format: 'zip' })),
        admin.send(reading.readBundle, given({}, { format: 'zip' })),
        admin.send(reading.downloadZip, { params }),
      ].map(async (sending) => {
        const response = await sending;
        return { bytes: await bytesOf(response), headers: Object.fromEntries(response.headers) };
      }),
    );
    const [zip, again, named] = zips;
    expect(again?.bytes).toEqual(zip?.bytes);
    expect(named?.bytes).toEqual(zip?.bytes);
    const { fingerprint } = await admin.call(registry.getSkillDetail, { params });
    expect((await readBundle(zip?.bytes ?? Buffer.of())).fingerprint).toBe(fingerprint);
    expect(zip?.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="weaving.zip"',
      'x-loam-sha256': sha256Of(zip?.bytes ?? Buffer.of()),
      'x-loam-fingerprint': fingerprint,
    });
  });

  it('count as a download, unless nothing of them was asked for', async () => {
    await publish(admin, 'counted');
    const counted = await admin.call(registry.getSkillDetail, { params: { slug: 'counted' } });
    const url = `${admin.url}/v1/bundles/${counted.sha256}`;
    const head = await fetch(url, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${String(admin.token)}` },
    });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(counted.bytes)]);
    await bytesOf(await admin.send(reading.readBundle, { params: { sha256: counted.sha256 } }));
    await eventually(async () => {
      const top = await admin.call(topSkills, { query: { limit: '100' } });
      expect(top).toContainEqual({ slug: 'counted', downloads: 1, views: 0, total: 1 });
    });
  });

  it("are nobody else's, and gone when every version that held them is erased", async () => {
    const stranger = await newTenant(thisRun.operator);
    for (const digest of [sha256, 'f'.repeat(64)])
      expect(await stranger.admin.refused(reading.readBundle, { params: { sha256: digest } })).toMatchObject({
        code: 'bundle-not-found',
      });
    await publish(admin, 'short-lived');
    const { sha256: doomed } = await admin.call(registry.getSkillDetail, { params: { slug: 'short-lived' } });
    await bytesOf(await admin.send(reading.readBundle, { params: { sha256: doomed } }));
    await admin.call(lifecycle.eraseSkill, {
      params: { slug: 'short-lived' },
      body: { reason: 'A mistake.' },
    });
    expect(await admin.refused(reading.readBundle, { params: { sha256: doomed } })).toMatchObject({
      code: 'version-erased',
    });
  });
});

it('PUB-06: stored bytes that are not those of the digest are never sent, by whatever way they are asked for', async () => {
  await publish(admin, 'damaged');
  const damaged = await admin.call(registry.getSkillDetail, { params: { slug: 'damaged' } });
  const file = join(thisRun.home, 'objects/registry/bundles', `@${damaged.sha256}`);
  const bytes = await readFile(file);
  await writeFile(file, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]));
  const given = { params: { slug: 'damaged', sha256: damaged.sha256, path: 'SKILL.md' } };
  const ways = [
    ...[reading.readBundle, reading.downloadZip, reading.listFiles, reading.readFile],
    ...[registry.getSkillMd, registry.downloadBundle],
  ];
  for (const way of ways) {
    const response = await admin.send(way, given);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await problemOf(response)).toMatchObject({ status: 502, code: 'blob-corrupt' });
  }
  // Nothing was remembered of it.
  await writeFile(file, bytes);
  await bytesOf(await admin.send(reading.readBundle, given));
});

describe('the files of a bundle', () => {
  it('are listed with what they are', async () => {
    expect(await admin.call(reading.listFiles, { params })).toEqual(
      Object.entries(files).map(([path, text]) => ({
        path,
        bytes: Buffer.byteLength(text),
        sha256: sha256Of(Buffer.from(text)),
        executable: false,
        media_type: expect.any(String),
      })),
    );
    const byDigest = await admin.send(reading.listBundleFiles, { params: { sha256 } });
    expect(byDigest.headers.get('cache-control')).toBe(FOR_EVER);
    expect(await byDigest.json()).toEqual(await admin.call(reading.listFiles, { params }));
  });

  it('are read one by one, of any version', async () => {
    const read = (path: string, query: Record<string, string> = {}) =>
      admin.text(reading.readFile, { params: { ...params, path }, query });
    expect(await read('SKILL.md')).toBe(files['SKILL.md']);
    expect(await read('notes/größe.txt')).toBe('größer\n');
    expect(await read('old.txt', { version: '0.9.0' })).toBe('one\ntwo\n');
    expect(await read('old.txt', { version: '<1' })).toBe('one\ntwo\n');
    const byDigest = { params: { sha256, path: 'scripts/weave.sh' } };
    expect(await admin.text(reading.readBundleFile, byDigest)).toBe(files['scripts/weave.sh']);
    const problem = await admin.refused(reading.readFile, { params: { ...params, path: 'old.txt' } });
    expect(problem).toMatchObject({ code: 'file-not-found' });
  });

  it('cannot act in the name of this address', async () => {
    for (const [path, disposition] of [
      ['SKILL.md', 'inline'],
      ['assets/loom.svg', 'attachment'],
      ['assets/page.html', 'attachment'],
    ] as const) {
      const response = await admin.send(reading.readFile, { params: { ...params, path } });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': expect.stringMatching(`^${disposition}; `),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        etag: `"${sha256Of(Buffer.from(files[path]))}"`,
      });
    }
  });
});

it('two versions are compared file by file, and texts line by line', async () => {
  const compared = await admin.call(reading.diffVersions, { params, query: { from: '0.9.0' } });
  expect(compared).toMatchObject({
    slug: 'weaving',
    from: { version: '0.9.0' },
    to: { version: '1.0.0', sha256 },
  });
  expect(compared.files).toEqual([
    expect.objectContaining({ path: 'assets/page.html', change: 'added', before: null }),
    expect.objectContaining({ path: 'notes/big.txt', change: 'removed', after: null }),
    expect.objectContaining({
      path: 'old.txt',
      change: 'removed',
      diff: '--- a/old.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n',
    }),
  ]);
  const backwards = await admin.call(reading.diffVersions, { params, query: { from: 'latest', to: '<1' } });
  expect(backwards.files.map(({ change }) => change)).toEqual(['removed', 'added', 'added']);
  const same = await admin.call(reading.diffVersions, { params, query: { from: '1.0.0', to: '1.0.0' } });
  expect(same.files).toEqual([]);
  const missing = await admin.refused(reading.diffVersions, { params, query: { from: '7.0.0' } });
  expect(missing).toMatchObject({ code: 'version-not-found' });
});

it('the change log tells what changed, the highest version first', async () => {
  expect(await admin.call(reading.getChangelog, { params })).toMatchObject({
    slug: 'weaving',
    entries: [
      { version: '1.0.0', changes: 'The first good one.', status: 'published' },
      { version: '0.9.0', changes: null },
    ],
  });
  const page = await admin.call(reading.getChangelog, { params, query: { limit: '1' } });
  expect([page.entries.length, page.next]).toEqual([1, '1.0.0']);
  const rest = await admin.call(reading.getChangelog, { params, query: { below: '1.0.0' } });
  expect(rest.entries.map(({ version }) => version)).toEqual(['0.9.0']);
});

describe('every read', () => {
  const reads: readonly [RouteDefinition, Given][] = [
    [registry.listSkills, {}],
    [registry.listSkills, { query: { query: 'weaving' } }],
    [registry.getSkill, { params }],
    [registry.listVersions, { params }],
    [registry.getDependencies, { params }],
    [registry.getSkillMd, { params }],
    [reading.listFiles, { params }],
    [reading.diffVersions, { params, query: { from: '0.9.0' } }],
    [reading.getChangelog, { params }],
    [lifecycle.listChannels, { params }],
    [reading.openApi, {}],
  ];

  it.each(reads)('carries a strong tag and is 304 to who has it: $path', async (route, given) => {
    const first = await admin.send(route, given);
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, etag, first.headers.get('cache-control')]).toEqual([
      ...[200, expect.stringMatching(/^"[\w-]{27}"$/), 'private, no-cache'],
    ]);
    await first.arrayBuffer();
    const again = await admin.send(route, { ...given, headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('content-type')).toBeNull();
  });

  it('changes its tag with what it says', async () => {
    const tag = async () =>
      (await admin.send(registry.listVersions, { params: { slug: 'tagged' } })).headers.get('etag');
    await publish(admin, 'tagged');
    const before = await tag();
    expect(await tag()).toBe(before);
    await publish(admin, 'tagged', { version: '1.1.0' });
    expect(await tag()).not.toBe(before);
  });

  it('can be asked about with HEAD, and nothing else is taken but what the path allows', async () => {
    const headers = { authorization: `Bearer ${String(admin.token)}` };
    const url = `${admin.url}/v1/skills/weaving`;
    const [get, head] = await Promise.all([fetch(url, { headers }), fetch(url, { method: 'HEAD', headers })]);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'x-loam-version'])
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    expect(await head.text()).toBe('');
    const refused = await fetch(url, { method: 'DELETE', headers });
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(await problemOf(refused)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(
      await problemOf(await fetch(`${admin.url}/v1/nowhere`, { method: 'DELETE', headers })),
    ).toMatchObject({
      code: 'not-found',
    });
  });
});

it('the interface describes itself, to everybody', async () => {
  const response = await fetch(`${admin.url}/v1/openapi.json`);
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
