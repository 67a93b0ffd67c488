import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTarGz } from '@loam/bundles';
import { cleanUp, loam, markdown, problem, server, tree, type Seen } from '../cli.fixtures';

afterAll(cleanUp);

const item = {
  slug: 'writing-changelogs',
  version: '1.0.0',
  description: 'Write a changelog.',
  tags: [],
  status: 'published',
  created_at: '2026-11-21T10:00:00.000Z',
  kind: 'skill',
  verdict: 'pass',
  blast_radius: 'low',
};
const found = (...items: object[]) => ({
  json: {
    items: items.map((each) => ({
      ...each,
      ...{ author: 't', score: 1, matched: [], snippet: { field: 'description', text: '', highlights: [] } },
    })),
    ...{ facets: { kind: [], tag: [], status: [], author: [] }, total: items.length, next_cursor: null },
    semantic: true,
  },
});
const now = { 'retry-after': '0' };
const connect = (url: string) => ['--url', url, '--tenant', 'demo', '--token', 'loam_x'];

describe('a call', () => {
  it('carries the token, the tenant and the query, and answers what the contract says', async () => {
    const { url, seen } = await server(() => found({ ...item, unheard: 'of' }));
    const ran = await loam(['search', 'change', 'logs', '--tags', 'a,b', '--json', ...connect(`${url}/`)]);
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual([expect.objectContaining(item)]);
    expect(ran.stdout).not.toContain('unheard');
    expect(seen[0]?.path).toBe('/v1/search?q=change+logs&tags=a%2Cb&limit=50');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer loam_x', 'x-loam-tenant': 'demo' });
  });

  it('is tried again after 503 and 429, as long as the server asks', async () => {
    const answers = [problem('unavailable', 503, now), problem('rate-limited', 429, now), found(item)];
    const { url, seen } = await server((_, nth) => answers[nth - 1]);
    expect(await loam(['search', ...connect(url)])).toMatchObject({ exitCode: 0 });
    expect(seen).toHaveLength(3);
  });

  it('is tried again when the connection breaks', async () => {
    const { url, seen } = await server((_, nth) => (nth === 1 ? undefined : found()));
    expect(await loam(['search', ...connect(url)])).toMatchObject({
      exitCode: 0,
      stdout: 'Nothing found.\n',
    });
    expect(seen).toHaveLength(2);
  });

  it('is given up after five times, with exit code 7', async () => {
    const { url, seen } = await server(() => problem('unavailable', 503, now));
    expect(await loam(['search', ...connect(url)])).toMatchObject({ exitCode: 7 });
    expect(seen).toHaveLength(5);
  });

  it('is sent once where a repetition would do something twice', async () => {
    const { url, seen } = await server(() => problem('unavailable', 503, now));
    const ran = await loam(['token', 'create', '--label', 'ci', ...connect(url)]);
    expect(ran.exitCode).toBe(7);
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['unauthenticated', 401, 3],
    ['forbidden', 403, 3],
    ['skill-not-found', 404, 4],
    ['version-exists', 409, 6],
    ['slug-invalid', 422, 6],
    ['internal', 500, 1],
    ['something-new', 418, 6],
  ])('that ends in %s (%i) ends with exit code %i and says what to do', async (code, status, exitCode) => {
    const { url } = await server(() => problem(code, status));
    const ran = await loam(['archive', 'a', '--json', ...connect(url)]);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stderr).toContain(`It is ${code}. [${code}]\n  /slug: Look here.`);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code, exitCode, traceId: 'abc' } });
  });

  it('to something that is no Loam ends in a plain message', async () => {
    const { url } = await server(() => ({ status: 404, bytes: Buffer.from('<html>') }));
    const ran = await loam(['search', ...connect(url)]);
    expect(ran.exitCode).toBe(4);
    expect(ran.stderr).toContain('Is this the address of a Loam server?');
    const page = await server(() => ({ bytes: Buffer.from('<html>') }));
    expect(await loam(['search', ...connect(page.url)])).toMatchObject({ exitCode: 1 });
  });
});

describe('login', () => {
  it('checks the token before it keeps it, and keeps the tenant that the server names', async () => {
    const root = await tree();
    const env = { XDG_CONFIG_HOME: root };
    const { url, seen } = await server(({ headers }) =>
      headers.authorization === 'Bearer good'
        ? { json: { tenant: 'demo', token_id: 't', scopes: ['*'] } }
        : problem('unauthenticated', 401),
    );
    const file = join(root, 'loam/config.json');
    expect(await loam(['login', '--url', url], { env, stdin: 'bad\n' })).toMatchObject({ exitCode: 3 });
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect(await loam(['login', '--url', url], { env, stdin: 'good\n' })).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ url, tenant: 'demo', token: 'good' });
    expect(seen.at(-1)?.headers['x-loam-tenant']).toBeUndefined();
  });
});

describe('publish and import', () => {
  it('send the metadata as JSON and the bundle as a file, and tell what changed nothing', async () => {
    const folder = await tree({ 'SKILL.md': markdown({ name: 'a', description: 'd', version: '2.0.0' }) });
    const found = {
      ...{ slug: 'a', version: '2.0.0', sha256: 'a'.repeat(64), verdict: 'pass', blast_radius: 'low' },
      ...{ rule_set: null, scanned_at: null, findings: [], findings_total: 0, capabilities: [] },
      ...{ reviewed: null, digest_blocked: false },
    };
    const { url, seen } = await server(({ path, body }, nth) =>
      path.includes('/findings')
        ? { json: found }
        : {
            status: 201,
            headers: nth > 1 ? { 'x-loam-unchanged': 'true' } : {},
            json: { ...item, version: /"version":"([^"]+)"/.exec(body.toString('latin1'))?.[1] },
          },
    );
    const first = await loam(['publish', folder, '--tags', 'x', '--json', ...connect(url)]);
    expect(JSON.parse(first.stdout)).toMatchObject({ version: '2.0.0', unchanged: false });
    const sent = seen[0]?.body.toString('latin1') ?? '';
    expect(sent).toContain('{"kind":"skill","slug":"a","version":"2.0.0","tags":["x"]}');
    expect(sent).toContain('\u001f\u008b');
    expect((await loam(['publish', folder, ...connect(url)])).stdout).toContain('nothing changed');
  });

  it('go on after a refusal, list it and end with exit code 6', async () => {
    const root = await tree({
      'skills/good/SKILL.md': markdown({ name: 'good', description: 'd' }),
      'skills/taken/SKILL.md': markdown({ name: 'taken', description: 'd' }),
    });
    const { url } = await server(({ body }) =>
      body.includes('"slug":"taken"') ? problem('version-exists', 409) : { status: 201, json: item },
    );
    const ran = await loam(['import', root, '--json', ...connect(url)]);
    expect(ran.exitCode).toBe(6);
    expect(JSON.parse(ran.stdout)).toMatchObject({ published: 1, unchanged: 0, refused: 1 });
    const people = await loam(['import', root, ...connect(url)]);
    expect(people.stdout).toContain('skills/taken  version-exists');
  });

  it('stop at once where the token is not accepted', async () => {
    const files = Array.from({ length: 40 }, (_, index): [string, string] => [
      `skills/s${String(index)}/SKILL.md`,
      markdown({ name: `s${String(index)}`, description: 'd' }),
    ]);
    const { url, seen } = await server(() => problem('unauthenticated', 401));
    expect(await loam(['import', await tree(Object.fromEntries(files)), ...connect(url)])).toMatchObject({
      exitCode: 3,
    });
    expect(seen.length).toBeLessThanOrEqual(16);
  });
});

describe('download', () => {
  const text = markdown({ name: 'a', description: 'd' });
  const bundle = () => writeTarGz([{ path: 'SKILL.md', bytes: Buffer.from(text), executable: false }]);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const version = (sha256: string) => ({
    json: [
      {
        version: '1.0.0',
        published_at: item.created_at,
        published_by: 't',
        change_summary: '',
        status: 'published',
        verdict: 'pass',
        sha256,
      },
    ],
  });
  const served = (bytes: Buffer, sha256: string) => (seen: Seen) =>
    seen.path.includes('/versions')
      ? version(sha256)
      : { headers: { 'x-loam-version': '1.0.0', 'x-loam-sha256': sha256 }, bytes };

  it('checks the digest, and unpacks into a new folder', async () => {
    const bytes = await bundle();
    const { url } = await server(served(bytes, digest(bytes)));
    const cwd = await tree();
    expect(await loam(['download', 'a', ...connect(url)], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(cwd, 'a-1.0.0.tar.gz'))).toEqual(bytes);
    await loam(['download', 'a', '--extract', 'out', ...connect(url)], { cwd });
    expect(await readFile(join(cwd, 'out/SKILL.md'), 'utf8')).toBe(text);
  });

  it('tells of a yank, of archiving and of a newer version that is withheld on standard error', async () => {
    const bytes = await bundle();
    const { url } = await server((seen) => {
      const answer = served(bytes, digest(bytes))(seen);
      const told = {
        ...{ 'x-loam-yanked': 'l%C3%B6scht zu viel', 'x-loam-newer': '2.0.0; archived' },
        'x-loam-archived': 'true',
      };
      return 'headers' in answer ? { ...answer, headers: { ...answer.headers, ...told } } : answer;
    });
    const ran = await loam(['download', 'a', ...connect(url)], { cwd: await tree() });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('a 1.0.0 is yanked: löscht zu viel');
    expect(ran.stderr).toContain('a 2.0.0 is newer than 1.0.0, but archived');
    expect(ran.stderr).toContain('Note: a 1.0.0 is archived.');
  });

  it('writes nothing where the digest differs', async () => {
    const bytes = await bundle();
    const { url } = await server(served(bytes, 'f'.repeat(64)));
    const cwd = await tree();
    const ran = await loam(['download', 'a', '-o', 'x.tar.gz', ...connect(url)], { cwd });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('[digest-mismatch]');
    await expect(stat(join(cwd, 'x.tar.gz'))).rejects.toThrow('ENOENT');
  });

  it('follows a redirect without taking the token along', async () => {
    const bytes = await bundle();
    const storage = await server(() => ({ bytes }));
    const { url } = await server(({ path }) =>
      path.includes('/versions')
        ? version(digest(bytes))
        : { status: 307, headers: { location: `${storage.url}/signed`, 'x-loam-version': '1.0.0' } },
    );
    expect(await loam(['download', 'a', ...connect(url)], { cwd: await tree() })).toMatchObject({
      exitCode: 0,
    });
    expect(storage.seen[0]?.headers.authorization).toBeUndefined();
  });
});

describe('admin', () => {
  const check = (service: string, differing: number, status = 'done') => ({
    id: `check-${service}`,
    service,
    status,
    progress: { done: 3, total: 3 },
    tables: [{ table: 'skills', rows: 2 }],
    differing,
    differences:
      differing === 0 ? [] : [{ table: 'skills', key: { slug: 'a' }, difference: 'missing', columns: [] }],
    error: null,
  });

  it('replay --check asks every service, waits, and ends with 5 where rows differ', async () => {
    const { url, seen } = await server(({ method, path }) => {
      const service = path.split('/')[4] ?? '';
      const status = method === 'POST' ? 'running' : 'done';
      return {
        status: method === 'POST' ? 202 : 200,
        json: check(service, service === 'registry' ? 1 : 0, status),
      };
    });
    const ran = await loam(['admin', 'replay', '--check', ...connect(url)]);
    expect(ran.exitCode).toBe(5);
    expect(ran.stdout).toContain('registry.skills  missing');
    expect(ran.stdout).toContain('slug=a');
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(5);
    const one = await loam(['admin', 'replay', '--check', '--service', 'decay', '--json', ...connect(url)]);
    expect(one.exitCode).toBe(0);
    expect(JSON.parse(one.stdout)).toMatchObject({ differing: 0, checks: [{ service: 'decay' }] });
  });

  it('dlq redrive finds whose a dead letter is, and --all goes on after one that fails again', async () => {
    const letter = (service: string, id: string) => ({
      ...{ service, id, source: 'event', name: 'watch-skill', reason: 'r', attempts: 5 },
      ...{ failedAt: item.created_at, tenant: null, traceId: null },
    });
    const items = [letter('decay', 'one/1'), letter('capturer', 'two')];
    const { url, seen } = await server(({ method, path }) => {
      if (method === 'GET') return { json: { items, unreachable: [] } };
      return path.includes('/two/') ? problem('redrive-failed', 409) : { status: 204 };
    });
    expect(await loam(['admin', 'dlq', 'redrive', 'one/1', ...connect(url)])).toMatchObject({ exitCode: 0 });
    expect(seen.at(-1)?.path).toBe('/v1/admin/dead-letters/decay/one%2F1/redrive');
    expect(await loam(['admin', 'dlq', 'redrive', 'three', ...connect(url)])).toMatchObject({ exitCode: 4 });
    const all = await loam(['admin', 'dlq', 'redrive', '--all', '--json', ...connect(url)]);
    expect(all.exitCode).toBe(6);
    expect(JSON.parse(all.stdout)).toMatchObject({
      redriven: 1,
      failed: [{ id: 'two', code: 'redrive-failed' }],
    });
  });
});
