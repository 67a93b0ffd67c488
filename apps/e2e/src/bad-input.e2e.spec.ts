import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { z } from 'zod';
import { createDraft, listDrafts } from '@loam/contracts/http/capturer';
import { issueToken } from '@loam/contracts/http/gateway';
import * as registry from '@loam/contracts/http/registry';
import { reportUsage, usageTimeline } from '@loam/contracts/http/telemetry';
import type { ProblemCode } from '@loam/contracts/problems';
import { eventually } from '@loam/testing';
import { newTenant, problemOf, type Caller, type Tenant } from './caller.fixtures';
import { bundleOf, publish, skillMd, tarGz, type Entry } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

const MiB = 1024 * 1024;

let tenant: Tenant;
let admin: Caller;
let tenantId: string;

beforeAll(async () => {
  tenant = await newTenant(thisRun.operator);
  ({ admin } = tenant);
  const client = new Client({ connectionString: thisRun.adminUrl });
  await client.connect();
  const { rows } = await client.query('SELECT tenant_id AS id FROM gateway.tenants WHERE slug = $1', [
    tenant.slug,
  ]);
  await client.end();
  tenantId = z.object({ id: z.uuid() }).parse(rows[0]).id;
});

const filesOf = async (prefix: string): Promise<string[]> => {
  const folder = join(thisRun.home, 'objects', prefix);
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

/** The uploads of the tenant that are left. */
const staged = (): Promise<string[]> => filesOf(`staging/${tenantId}`);

/** What is being written at the moment and large, which only this file's uploads are. */
async function underWay(): Promise<string[]> {
  const files = await filesOf('.unfinished');
  const sizes = await Promise.all(files.map((file) => stat(file).catch(() => ({ size: 0 }))));
  return files.filter((_, index) => (sizes[index]?.size ?? 0) > MiB / 2);
}

/** The stored bundles in which this text is. */
async function storedWith(text: string): Promise<string[]> {
  const files = await Promise.all(['registry/bundles', 'capturer/drafts'].map(filesOf));
  const holds = await Promise.all(
    // What another test's upload has just replaced is none of this one's.
    files.flat().map(async (file) => gunzipSync(await readFile(file)).includes(text)),
  );
  return files.flat().filter((_, index) => holds[index]);
}

const good = (marker: string): string => skillMd({ name: 'good', description: 'Good.' }, marker);
type Bundle = (marker: string) => Uint8Array | Promise<Uint8Array>;
const md =
  (text: (marker: string) => string): Bundle =>
  (marker) =>
    tarGz({ name: 'SKILL.md', content: text(marker) });
const beside =
  (...entries: readonly Entry[]): Bundle =>
  (marker) =>
    tarGz({ name: 'SKILL.md', content: good(marker) }, ...entries);
const texts = (count: number, bytes: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `references/${String(index)}.md`,
    content: randomBytes(bytes / 2).toString('hex'),
  }));

interface Case {
  readonly what: string;
  readonly code: ProblemCode;
  readonly bundle: Bundle;
  /** The entry or field at fault. */
  readonly names?: string;
}

const bad: Case[] = [
  { what: 'no SKILL.md', code: 'skill-md-missing', bundle: (m) => tarGz({ name: 'README.md', content: m }) },
  {
    what: 'a SKILL.md that is not at the root',
    code: 'skill-md-missing',
    bundle: (m) => tarGz({ name: 'a/b/README.md', content: m }, { name: 'a/b/c/SKILL.md', content: good(m) }),
  },
  {
    what: 'two at the root',
    code: 'skill-md-ambiguous',
    bundle: (m) => tarGz({ name: 'SKILL.md', content: good(m) }, { name: 'skill.md', content: good(m) }),
    names: 'skill.md',
  },
  { what: 'no frontmatter', code: 'frontmatter-missing', bundle: md((m) => `# Title\n${m}\n`) },
  {
    what: 'frontmatter without an end',
    code: 'frontmatter-unclosed',
    bundle: md((m) => `---\nname: open\n${m}\n`),
  },
  {
    what: 'frontmatter that is no YAML',
    code: 'frontmatter-invalid',
    bundle: md((m) => `---\nname: [open\ndescription: x\n---\n${m}\n`),
  },
  {
    what: 'frontmatter that is a list',
    code: 'frontmatter-invalid',
    bundle: md((m) => `---\n- name\n- description\n---\n${m}\n`),
  },
  {
    what: 'no description',
    code: 'description-missing',
    bundle: md((m) => skillMd({ name: 'x' }, m)),
    names: '/description',
  },
  {
    what: 'a description that is too long',
    code: 'description-too-long',
    bundle: md((m) => skillMd({ name: 'x', description: 'd'.repeat(1537) }, m)),
    names: '/description',
  },
  {
    what: 'a description that is a list',
    code: 'description-invalid',
    bundle: md((m) => skillMd({ name: 'x', description: '[a, b]' }, m)),
    names: '/description',
  },
  {
    what: 'a requirement that is none',
    code: 'requires-invalid',
    bundle: md((m) => skillMd({ name: 'x', description: 'x', requires: '["Not A Slug@1"]' }, m)),
    names: '/requires',
  },
  ...[
    '../escape.md',
    'a/../../escape.md',
    '/etc/passwd',
    'C:\\windows\\x',
    'nul.md/../..',
    'a\\..\\b',
    'a/b/c/d/e/f/g/h/deep.md',
  ].map((name) => ({
    what: `the path ${name}`,
    code: 'bundle-path-unsafe' as const,
    bundle: beside({ name, content: 'x' }),
    names: name,
  })),
  {
    what: 'a symbolic link',
    code: 'bundle-link',
    bundle: beside({ name: 'shadow', type: 'symlink', linkname: '/etc/shadow' }),
    names: 'shadow',
  },
  {
    what: 'a hard link',
    code: 'bundle-link',
    bundle: beside({ name: 'twin.md', type: 'link', linkname: 'SKILL.md' }),
    names: 'twin.md',
  },
  {
    what: 'a device',
    code: 'bundle-special-file',
    bundle: beside({ name: 'null', type: 'character-device' }),
    names: 'null',
  },
  {
    what: 'two entries of one name',
    code: 'bundle-duplicate-name',
    bundle: beside({ name: 'a.md', content: '1' }, { name: 'a.md', content: '2' }),
    names: 'a.md',
  },
  {
    what: 'two entries that differ in case alone',
    code: 'bundle-name-collision',
    bundle: beside({ name: 'notes.md', content: '1' }, { name: 'NOTES.md', content: '2' }),
    names: 'NOTES.md',
  },
  {
    what: 'a bomb',
    code: 'bundle-bomb',
    bundle: beside({ name: 'zeros.bin', content: Buffer.alloc(15 * MiB) }),
  },
  {
    what: 'more than 16 MiB expanded',
    code: 'bundle-too-large',
    bundle: beside(...texts(17, MiB - 16)),
  },
  { what: 'more than 512 files', code: 'bundle-too-many-entries', bundle: beside(...texts(512, 8)) },
  {
    what: 'a text of more than 1 MiB',
    code: 'bundle-file-too-large',
    bundle: beside({ name: 'long.md', content: randomBytes(MiB / 2 + 1).toString('hex') }),
    names: 'long.md',
  },
  { what: 'no archive', code: 'bundle-format-unknown', bundle: (m) => Buffer.from(m) },
  {
    what: 'half an archive',
    code: 'bundle-corrupt',
    bundle: async (m) => {
      const whole = await tarGz({ name: 'SKILL.md', content: good(m + randomBytes(5000).toString('hex')) });
      return whole.subarray(0, whole.length / 2);
    },
  },
  { what: 'no bytes', code: 'bundle-format-unknown', bundle: () => new Uint8Array() },
];

describe('a bundle', () => {
  it.each(bad)(
    'with $what is refused with $code, and nothing of it stays',
    async ({ code, bundle, names }) => {
      const marker = randomBytes(16).toString('hex');
      const bytes = await bundle(marker);
      for (const route of [registry.publishSkill, createDraft]) {
        const body = { slug: `bad-${marker}`, version: '1.0.0' };
        const problem = await admin.refused(route, { body, bundle: bytes });
        expect(problem).toMatchObject({ code, status: 422 });
        if (names !== undefined)
          expect(problem.errors.map(({ pointer }) => pointer)).toEqual([expect.stringContaining(names)]);
      }
      expect(await staged()).toEqual([]);
      expect(await storedWith(marker)).toEqual([]);
      expect(await admin.text(registry.listSkills)).not.toContain(marker);
      expect(await admin.text(listDrafts, { query: { status: 'all' } })).not.toContain(marker);
      const params = { slug: `bad-${marker}` };
      expect(await admin.refused(registry.listVersions, { params })).toMatchObject({
        code: 'skill-not-found',
      });
    },
  );

  it('of more than 10 MiB is refused while it is sent', async () => {
    const bundle = randomBytes(10 * MiB + 1);
    const body = { slug: 'too-large', version: '1.0.0' };
    const problem = await admin.refused(registry.publishSkill, { body, bundle });
    expect(problem).toMatchObject({ code: 'body-too-large', status: 413 });
    expect(await staged()).toEqual([]);
  });

  it.each([
    { slug: 'Upper', version: '1.0.0', code: 'slug-invalid', pointer: '/slug' },
    { slug: '-edge', version: '1.0.0', code: 'slug-invalid', pointer: '/slug' },
    { slug: 'a--b', version: '1.0.0', code: 'slug-invalid', pointer: '/slug' },
    { slug: '../up', version: '1.0.0', code: 'slug-invalid', pointer: '/slug' },
    { slug: 'a'.repeat(65), version: '1.0.0', code: 'slug-invalid', pointer: '/slug' },
    { slug: 'fine', version: '1.0', code: 'version-invalid', pointer: '/version' },
    { slug: 'fine', version: 'v1.0.0', code: 'version-invalid', pointer: '/version' },
    { slug: 'fine', version: '01.0.0', code: 'version-invalid', pointer: '/version' },
    { slug: 'fine', version: '1.0.0-', code: 'version-invalid', pointer: '/version' },
  ])('cannot be published as $slug $version', async ({ slug, version, code, pointer }) => {
    const marker = randomBytes(16).toString('hex');
    const bundle = await bundleOf({ 'SKILL.md': good(marker) });
    const problem = await admin.refused(registry.publishSkill, { body: { slug, version }, bundle });
    expect(problem).toMatchObject({ code, status: 422, errors: [{ pointer }] });
    expect(await staged()).toEqual([]);
    expect(await storedWith(marker)).toEqual([]);
  });

  it('cannot require itself', async () => {
    const frontmatter = { name: 'ouroboros', description: 'Circular.', requires: '["ouroboros"]' };
    const bundle = await bundleOf({ 'SKILL.md': skillMd(frontmatter) });
    const body = { slug: 'ouroboros', version: '1.0.0' };
    expect(await admin.refused(registry.publishSkill, { body, bundle })).toMatchObject({
      ...{ code: 'requires-itself', status: 422, errors: [{ pointer: '/requires' }] },
    });
  });

  it('does not replace a published version', async () => {
    const { skill } = await publish(admin, 'settled');
    const marker = randomBytes(16).toString('hex');
    const bundle = await bundleOf({ 'SKILL.md': good(marker) });
    const body = { slug: 'settled', version: '1.0.0' };
    expect(await admin.refused(registry.publishSkill, { body, bundle })).toMatchObject({
      ...{ code: 'version-exists', status: 409, errors: [{ pointer: '/version' }] },
    });
    expect(await admin.call(registry.getSkill, { params: { slug: 'settled' } })).toEqual(skill);
    expect(await staged()).toEqual([]);
    expect(await storedWith(marker)).toEqual([]);
  });

  it('PUB-01: of a hundred published at once as one version, exactly one is', async () => {
    const { admin: racer } = await newTenant(thisRun.operator);
    const bundles = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        bundleOf({ 'SKILL.md': good(`Contender ${String(index)}.`) }),
      ),
    );
    const body = { slug: 'contended', version: '1.0.0' };
    const answers = await Promise.all(
      bundles.map(async (bundle) => ({
        bundle,
        response: await racer.send(registry.publishSkill, { body, bundle }),
      })),
    );
    const won = answers.filter(({ response }) => response.status === 201);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ response }) => response.status !== 201);
    const codes = await Promise.all(lost.map(async ({ response }) => (await problemOf(response)).code));
    // One tenant may not have all of the readers' line for itself.
    expect(codes.filter((code) => code !== 'version-exists' && code !== 'rate-limited')).toEqual([]);
    expect(codes).toContain('version-exists');
    const served = await racer.send(registry.downloadBundle, { params: { slug: 'contended' } });
    expect(Buffer.from(await served.arrayBuffer()).equals(won[0]?.bundle ?? Buffer.of())).toBe(true);
    expect(await racer.call(registry.listVersions, { params: { slug: 'contended' } })).toHaveLength(1);
  });
});

/** Sends a body as it is. */
const sendRaw = (path: string, body: string | Buffer, type = 'application/json') =>
  fetch(`${thisRun.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${String(admin.token)}`, 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

describe('a JSON body', () => {
  const usage = '/v1/usage';
  it.each([
    ['that is cut off', '{"skill_id": "x"', 'request-malformed', 400],
    ['that is empty', '', 'request-malformed', 400],
    ['that is a text', '"x"', 'request-invalid', 400],
    ['that is null', 'null', 'request-invalid', 400],
    ['with a wrong type', '{"skill_id": 7, "event": "view"}', 'request-invalid', 400],
    ['with an unknown word', '{"skill_id": "x", "event": "love"}', 'request-invalid', 400],
    ['with __proto__', '{"skill_id": "x", "event": "view", "__proto__": {"a": 1}}', 'request-malformed', 400],
    ['with constructor.prototype', '{"constructor": {"prototype": {"a": 1}}}', 'request-malformed', 400],
    ['10,000 levels deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'request-invalid', 400],
    ['of more than 1 MiB', `"${'x'.repeat(MiB - 1)}"`, 'body-too-large', 413],
  ])('%s is refused', async (_, body, code, status) => {
    const started = performance.now();
    expect(await problemOf(await sendRaw(usage, body))).toMatchObject({ code, status });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('of exactly 1 MiB is read', async () => {
    expect(await problemOf(await sendRaw(usage, `"${'x'.repeat(MiB - 2)}"`))).toMatchObject({
      code: 'request-invalid',
    });
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    'is not taken as %s',
    async (type) => {
      expect(await problemOf(await sendRaw(usage, '{}', type))).toMatchObject({
        ...{ code: 'media-type-unsupported', status: 415 },
      });
    },
  );

  it('names each field that is wrong', async () => {
    const body = { label: '', scopes: ['skills:read', 'all'], expires_in_days: 0 };
    const problem = await admin.refused(issueToken, { body });
    const pointers = problem.errors.map(({ pointer }) => pointer);
    expect(problem).toMatchObject({ code: 'request-invalid', status: 400 });
    expect(pointers).toEqual(expect.arrayContaining(['/label', '/expires_in_days']));
  });
});

describe('a parameter', () => {
  it.each([
    [registry.listSkills, { kind: 'plugin' }],
    [registry.listSkills, { limit: 'many' }],
    [registry.listSkills, { limit: '1.5' }],
    [registry.listSkills, { query: 'x'.repeat(257) }],
    [usageTimeline, { days: 'NaN' }],
    [listDrafts, { status: 'lost' }],
  ])('that makes no sense is named (%#)', async (route, query) => {
    const problem = await admin.refused(route, { query });
    expect(problem).toMatchObject({ code: 'request-invalid', status: 400 });
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: `/${Object.keys(query).join()}` })]);
  });

  it.each(['%00', '%2e%2e%2f', "'%20OR%201=1--", 'x'.repeat(257), 'x'.repeat(5000), '%F0%9F%8D%85'])(
    'in the path finds nothing where it is odd (%#)',
    async (slug) => {
      const response = await fetch(`${thisRun.url}/v1/skills/${slug}`, {
        headers: { authorization: `Bearer ${String(admin.token)}` },
      });
      const { status } = await problemOf(response);
      expect([400, 404]).toContain(status);
    },
  );

  it('in the path that is no UTF-8 is refused', async () => {
    const response = await fetch(`${thisRun.url}/v1/skills/%ff`, {
      headers: { authorization: `Bearer ${String(admin.token)}` },
    });
    expect(await problemOf(response)).toMatchObject({ status: 400 });
  });

  it('is taken literally by the search, also where SQL would not', async () => {
    await publish(admin, 'percent', { description: '100% sure, under_score.' });
    const find = async (query: string) => {
      const found = await admin.call(registry.listSkills, { query: { query } });
      return found.map(({ slug }) => slug);
    };
    expect(await find('100%')).toEqual(['percent']);
    expect(await find('1%sure')).toEqual([]);
    expect(await find('under_score')).toEqual(['percent']);
    expect(await find('s_re')).toEqual([]);
    expect(await find('su%e')).toEqual([]);
    expect(await find("' OR 1=1 --")).toEqual([]);
    expect(await find('\\')).toEqual([]);
  });

  it('that nobody knows is refused by its name', async () => {
    expect(await admin.refused(registry.listSkills, { query: { colour: 'blue' } })).toMatchObject({
      ...{ code: 'request-invalid', errors: [{ pointer: '/colour' }] },
    });
  });
});

describe('the door', () => {
  it('answers an unknown address with a problem', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/v2/skills', '/v1/skills/a/b/c'])
      expect(await problemOf(await fetch(`${thisRun.url}${path}`))).toMatchObject({ code: 'not-found' });
  });

  it('refuses headers of more than 16 KiB', async () => {
    const response = await admin.send(registry.listSkills, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      detail: 'The headers are larger than 16 KiB.',
    });
  });

  it('refuses what is no HTTP', async () => {
    const text = await exchange('no http at all\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
  });
});

const address = () => ({ host: '127.0.0.1', port: Number(new URL(thisRun.url).port) });

/** What the server says to these bytes until it hangs up. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(address());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('an upload', () => {
  const send = (...parts: readonly (readonly [string, string | Uint8Array, string?])[]) => {
    const form = new FormData();
    for (const [name, content, file] of parts)
      if (typeof content === 'string') form.append(name, content);
      else form.append(name, new Blob([new Uint8Array(content)]), file ?? 'bundle.tar.gz');
    return fetch(`${thisRun.url}/v1/skills`, {
      method: 'POST',
      headers: { authorization: `Bearer ${String(admin.token)}` },
      body: form,
    });
  };
  const metadata = JSON.stringify({ slug: 'upload', version: '1.0.0' });
  const bundle = Buffer.from('bundle');

  it.each<[string, () => Promise<Response>, string, number]>([
    ['without a bundle', () => send(['metadata', metadata]), 'request-malformed', 400],
    ['without metadata', () => send(['bundle', bundle]), 'request-malformed', 400],
    [
      'with two bundles',
      () => send(['metadata', metadata], ['bundle', bundle], ['bundle', bundle]),
      'request-malformed',
      400,
    ],
    [
      'with another file',
      () => send(['metadata', metadata], ['bundle', bundle], ['photo', bundle]),
      'request-malformed',
      400,
    ],
    ['with an unknown file alone', () => send(['photo', bundle]), 'request-malformed', 400],
    [
      'with metadata that are no JSON',
      () => send(['metadata', '{'], ['bundle', bundle]),
      'request-malformed',
      400,
    ],
    [
      'with metadata of a wrong shape',
      () => send(['metadata', '{"slug": 7}'], ['bundle', bundle]),
      'request-invalid',
      400,
    ],
    [
      'with metadata of more than 64 KiB',
      () => send(['metadata', JSON.stringify({ slug: 'x'.repeat(70_000) })], ['bundle', bundle]),
      'body-too-large',
      413,
    ],
    [
      'with too many fields',
      () =>
        send(...Array.from({ length: 20 }, (_, i) => [`f${String(i)}`, 'x'] as const), ['bundle', bundle]),
      'request-malformed',
      400,
    ],
    ['that is no form', () => sendRaw('/v1/skills', metadata), 'media-type-unsupported', 415],
    ['without a boundary', () => sendRaw('/v1/skills', 'x', 'multipart/form-data'), 'request-malformed', 400],
    [
      'that ends too early',
      () =>
        sendRaw(
          '/v1/skills',
          '--b\r\nContent-Disposition: form-data; name="bundle"; filename="b"\r\n\r\nhalf',
          'multipart/form-data; boundary=b',
        ),
      'request-malformed',
      400,
    ],
  ])('%s is refused and leaves nothing', async (_, upload, code, status) => {
    expect(await problemOf(await upload())).toMatchObject({ code, status });
    expect(await staged()).toEqual([]);
  });

  it('does not let its metadata reach the prototype of anything', async () => {
    const name = 'tidy';
    const bytes = await bundleOf({ 'SKILL.md': skillMd({ name, description: 'Tidy.' }) });
    const poisoned =
      '{"slug": "tidy", "version": "1.0.0", "__proto__": {"tags": ["planted"], "kind": "agent"}}';
    const response = await send(['metadata', poisoned], ['bundle', bytes]);
    expect(response.status).toBe(201);
    expect(registry.publishSkill.response.parse(await response.json())).toMatchObject({
      tags: [],
      kind: 'skill',
    });
  });

  it('that breaks off leaves nothing', async () => {
    const socket = connect(address());
    const head = '--b\r\nContent-Disposition: form-data; name="bundle"; filename="b"\r\n\r\n';
    socket.write(
      `POST /v1/skills HTTP/1.1\r\nHost: loam\r\nAuthorization: Bearer ${String(admin.token)}\r\n` +
        `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n${head}`,
    );
    socket.write(randomBytes(MiB));
    await eventually(async () => {
      expect(await underWay()).not.toEqual([]);
    });
    socket.destroy();
    await eventually(async () => {
      expect(await underWay()).toEqual([]);
    });
    expect(await staged()).toEqual([]);
  });
});

it('has lost nothing of its wits by all this', async () => {
  await publish(admin, 'still-here');
  const body = { skill_id: 'still-here', event: 'view' };
  await admin.call(reportUsage, { body });
});
