import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import {
  activatePlan,
  diffPlans,
  getPlan,
  getPlanVersion,
  importPlan,
  listPlans,
  refreshPlan,
} from '@loam/contracts/http/plans';
import { changeProject, createProject, getProject } from '@loam/contracts/http/projects';
import { issueToken } from '@loam/contracts/http/gateway';
import { eventually } from '@loam/testing';
import { Caller, newTenant } from './caller.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
let member: Caller;
let created = 0;
const servers: Server[] = [];

beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  const { raw_token } = await admin.call(issueToken, { body: { label: 'member', scopes: ['skills:read'] } });
  member = new Caller(thisRun.url, raw_token);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A project that no other test knows, as a route's parameters. */
async function newProject(over: object = {}) {
  const slug = `planned-${(created += 1)}`;
  await admin.call(createProject, { body: { slug, name: slug, ...over } });
  return { params: { slug } };
}

/** An address that answers in this way. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/plan.md`;
}

/** A page whose content a test may change, and what it was asked. */
async function changingPage(text: string) {
  const page = { text, type: 'text/markdown', status: 200, asked: 0, unchanged: 0 };
  const url = await serve((request, response) => {
    page.asked += 1;
    const etag = `"${page.text.length}-${page.text.slice(0, 8).replace(/[^a-z]/gi, '')}"`;
    response.statusCode = request.headers['if-none-match'] === etag ? 304 : page.status;
    if (response.statusCode === 304) page.unchanged += 1;
    response.setHeader('etag', etag).setHeader('content-type', page.type);
    response.end(response.statusCode === 200 ? page.text : '');
  });
  return { page, url };
}

const file = (body_md: string) => ({ body: { source_type: 'file', body_md } });
const fromUrl = (source_url: string) => ({ body: { source_type: 'url', source_url } });

describe('a plan from a file', () => {
  it('becomes the active one, in the shape of skill-pool', async () => {
    const project = await newProject();
    const plan = await admin.call(importPlan, { ...project, ...file('# One\n') });
    expect(plan).toMatchObject({
      ...{ version: 1, body_md: '# One\n', source_type: 'file', source_url: null, source_etag: null },
      ...{ status: 'active', fetch_error: null, fetch_error_at: null },
      body_sha256: createHash('sha256').update('# One\n').digest('hex'),
    });
    expect(await member.call(getPlan, project)).toEqual(plan);
  });

  it('with the text of the active one is that one', async () => {
    const project = await newProject();
    const first = await admin.call(importPlan, { ...project, ...file('# Same') });
    expect(await admin.call(importPlan, { ...project, ...file('# Same') })).toEqual(first);
    expect(await member.call(listPlans, project)).toHaveLength(1);
  });

  it('is kept as a version; versions are listed without their texts, shown and compared', async () => {
    const project = await newProject();
    for (const text of ['a\nb\nc\n', 'a\nB\nc\n'])
      await admin.call(importPlan, { ...project, ...file(text) });
    const versions = await member.call(listPlans, project);
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [2, 'active'],
      [1, 'superseded'],
    ]);
    expect(JSON.stringify(versions)).not.toContain('body_md');
    const first = { params: { ...project.params, version: '1' } };
    expect(await member.call(getPlanVersion, first)).toMatchObject({ version: 1, body_md: 'a\nb\nc\n' });
    const { patch } = await member.call(diffPlans, { ...project, query: { from: '1', to: '2' } });
    expect(patch).toMatch(/^-b$[\s\S]*^\+B$/m);
    const none = { params: { ...project.params, version: '3' } };
    expect(await member.refused(getPlanVersion, none)).toMatchObject({ status: 404, code: 'plan-not-found' });
  });

  it('needs its text, of at most what a request may hold, and a project', async () => {
    const project = await newProject();
    const refused = (body: object) => admin.refused(importPlan, { ...project, body });
    expect(await refused({ source_type: 'file' })).toMatchObject({
      status: 422,
      code: 'plan-source-missing',
    });
    expect(await refused({ source_type: 'file', body_md: ' \n' })).toMatchObject({
      status: 422,
      code: 'plan-empty',
    });
    expect(await refused({ source_type: 'url' })).toMatchObject({ status: 422, code: 'plan-source-missing' });
    expect(await refused({ source_type: 'file', body_md: 'x'.repeat(1_100_000) })).toMatchObject({
      status: 413,
    });
    const nowhere = { params: { slug: 'nowhere' }, ...file('x') };
    expect(await admin.refused(importPlan, nowhere)).toMatchObject({
      status: 404,
      code: 'project-not-found',
    });
    expect(await member.refused(getPlan, project)).toMatchObject({ status: 404, code: 'plan-not-found' });
    expect(await member.call(listPlans, project)).toEqual([]);
  });

  it('may be large', async () => {
    const project = await newProject();
    const text = 'A long plan. é\n'.repeat(60_000);
    expect((await admin.call(importPlan, { ...project, ...file(text) })).body_md).toBe(text);
    expect((await member.call(getPlan, project)).body_md).toBe(text);
  });

  it('is read by every member, and written by administrators', async () => {
    const project = await newProject();
    await admin.call(importPlan, { ...project, ...file('x') });
    for (const route of [importPlan, refreshPlan, activatePlan])
      expect(await member.refused(route, { ...project, body: { version: 1 } })).toMatchObject({
        status: 403,
      });
  });
});

describe('a plan from an address', () => {
  it('is fetched by the server; what is a page becomes Markdown', async () => {
    const { page, url } = await changingPage('<h1>Plan</h1><p>Do <b>it</b>.</p><script>alert(1)</script>');
    page.type = 'text/html; charset=utf-8';
    const project = await newProject();
    const plan = await admin.call(importPlan, { ...project, ...fromUrl(url) });
    expect(plan).toMatchObject({ source_type: 'url', source_url: url, body_md: '# Plan\n\nDo **it**.' });
    expect(plan.source_etag).toMatch(/^".+"$/);
  });

  it('is not fetched where the text comes along', async () => {
    const { page, url } = await changingPage('# Theirs');
    const project = await newProject();
    const body = { source_type: 'url', source_url: url, body_md: '# Ours' };
    expect(await admin.call(importPlan, { ...project, body })).toMatchObject({ body_md: '# Ours' });
    expect(page.asked).toBe(0);
  });

  it('is refreshed: unchanged by its entity tag, updated, failed', async () => {
    const { page, url } = await changingPage('# One');
    const project = await newProject();
    await admin.call(importPlan, { ...project, ...fromUrl(url) });
    const refresh = () => admin.call(refreshPlan, project);
    expect(await refresh()).toEqual({ outcome: 'unchanged', version: 1 });
    expect(page.unchanged).toBe(1);
    page.text = '# Number two';
    expect(await refresh()).toEqual({ outcome: 'updated', version: 2 });
    page.text = '# Number three';
    page.status = 500;
    expect(await refresh()).toEqual({ outcome: 'failed', version: 2, error: 'The server answered 500.' });
    const failed = await member.call(getPlan, project);
    expect(failed).toMatchObject({
      version: 2,
      fetch_error: 'The server answered 500.',
      body_md: '# Number two',
    });
    expect(failed.fetch_error_at).not.toBeNull();
    page.status = 200;
    expect(await refresh()).toEqual({ outcome: 'updated', version: 3 });
    expect(await member.call(getPlan, project)).toMatchObject({ fetch_error: null, fetch_error_at: null });
  });

  it('cannot be refreshed where it came from a file, or where there is none', async () => {
    const project = await newProject();
    expect(await admin.refused(refreshPlan, project)).toMatchObject({ status: 404, code: 'plan-not-found' });
    await admin.call(importPlan, { ...project, ...file('x') });
    expect(await admin.refused(refreshPlan, project)).toMatchObject({
      status: 422,
      code: 'plan-source-missing',
    });
  });

  it.each([
    ...[
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
    ],
    ...['http://93.184.216.34/plan.md', 'https://user:pass@93.184.216.34/', 'https://127.0.0.2/'],
  ])('S9: is not fetched from %s', async (url) => {
    const project = await newProject();
    const problem = await admin.refused(importPlan, { ...project, ...fromUrl(url) });
    expect(problem).toMatchObject({
      status: 422,
      code: 'plan-not-fetched',
      errors: [{ pointer: '/source_url' }],
    });
    expect(problem.detail).toMatch(/public internet|Only https|no credentials/);
  });

  it('S9: is not fetched by way of a redirect to the inside', async () => {
    const url = await serve((_, response) =>
      response.writeHead(302, { location: 'https://192.168.0.1/' }).end(),
    );
    const project = await newProject();
    expect(await admin.refused(importPlan, { ...project, ...fromUrl(url) })).toMatchObject({
      ...{ code: 'plan-not-fetched', detail: '192.168.0.1 is not on the public internet.' },
    });
  });

  it('is refused where it is too large, of another type, or takes the converter down', async () => {
    const answers: [string, string][] = [
      ['text/plain', 'x'.repeat(5 * 1024 * 1024 + 1)],
      ['application/pdf', '%PDF'],
      ['text/html', '<div>'.repeat(200_000)],
    ];
    for (const [type, text] of answers) {
      const url = await serve((_, response) => response.setHeader('content-type', type).end(text));
      const project = await newProject();
      expect(await admin.refused(importPlan, { ...project, ...fromUrl(url) })).toMatchObject({
        ...{ status: 422, code: 'plan-not-fetched' },
      });
    }
  }, 30_000);

  it('is refused where nobody answers or the answer is empty', async () => {
    const url = await serve((_, response) => response.setHeader('content-type', 'text/plain').end(''));
    const project = await newProject();
    expect(await admin.refused(importPlan, { ...project, ...fromUrl(url) })).toMatchObject({
      code: 'plan-empty',
    });
    expect(await admin.refused(importPlan, { ...project, ...fromUrl('http://127.0.0.1:1/') })).toMatchObject({
      ...{ code: 'plan-not-fetched', detail: 'The connection failed (ECONNREFUSED).' },
    });
    expect(await admin.refused(importPlan, { ...project, ...fromUrl('not an address') })).toMatchObject({
      status: 400,
    });
  });
});

describe('a version of a plan that somebody chose', () => {
  it('is active again', async () => {
    const project = await newProject();
    for (const text of ['# 1', '# 2']) await admin.call(importPlan, { ...project, ...file(text) });
    expect(await admin.call(activatePlan, { ...project, body: { version: 1 } })).toMatchObject({
      ...{ version: 1, status: 'active', body_md: '# 1' },
    });
    expect(await member.call(getPlan, project)).toMatchObject({ version: 1 });
    expect(await member.call(getProject, project)).toMatchObject({ plan_pinned: true });
    expect(await admin.refused(activatePlan, { ...project, body: { version: 9 } })).toMatchObject({
      ...{ status: 404, code: 'plan-not-found' },
    });
  });

  it('stays, although the plan is refreshed by itself, until somebody asks for a new one', async () => {
    const { page, url } = await changingPage('# One');
    const project = await newProject();
    await admin.call(importPlan, { ...project, ...fromUrl(url) });
    await admin.call(changeProject, { ...project, body: { plan_auto_refresh_interval_secs: 1 } });
    page.text = '# Number two';
    await eventually(async () => {
      expect(await member.call(getPlan, project)).toMatchObject({ version: 2, body_md: '# Number two' });
    });
    await admin.call(activatePlan, { ...project, body: { version: 1 } });
    page.text = '# Number three';
    // A second project on the same schedule tells when the first one's turn has passed.
    const witness = await changingPage('# Witness');
    const other = await newProject({ plan_auto_refresh_interval_secs: 1 });
    await admin.call(importPlan, { ...other, ...fromUrl(witness.url) });
    await eventually(() => {
      expect(witness.page.asked).toBeGreaterThan(3);
    });
    expect(await member.call(getPlan, project)).toMatchObject({ version: 1, body_md: '# One' });
    expect(await admin.call(refreshPlan, project)).toEqual({ outcome: 'updated', version: 3 });
    expect(await member.call(getProject, project)).toMatchObject({ plan_pinned: false });
    page.text = '# Number four is longer';
    await eventually(async () => {
      expect(await member.call(getPlan, project)).toMatchObject({ version: 4 });
    });
  }, 40_000);
});
