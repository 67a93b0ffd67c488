import {
  changeProject,
  createProject,
  deleteProject,
  getProject,
  listProjects,
  listStackMappings,
  mapStack,
  putProjectItems,
  resolveProject,
  unmapStack,
} from '@loam/contracts/http/projects';
import { importPlan, getPlan } from '@loam/contracts/http/plans';
import { issueToken } from '@loam/contracts/http/gateway';
import { Caller, newTenant, type Tenant } from './caller.fixtures';
import { thisRun } from './this-run.fixtures';

let tenant: Tenant;
let admin: Caller;
let member: Caller;
let created = 0;

beforeAll(async () => {
  tenant = await newTenant(thisRun.operator);
  ({ admin } = tenant);
  const { raw_token } = await admin.call(issueToken, { body: { label: 'member', scopes: ['skills:read'] } });
  member = new Caller(thisRun.url, raw_token);
});

/** A project that no other test knows. */
async function newProject(over: object = {}) {
  const slug = `project-${(created += 1)}`;
  return admin.call(createProject, { body: { slug, name: `Project ${slug}`, ...over } });
}
const at = ({ slug }: { readonly slug: string }) => ({ params: { slug } });

describe('a project', () => {
  it('is created, listed and shown in the shape of skill-pool', async () => {
    const project = await newProject({ description: 'All of it', stack_tags: ['Rust', 'rust', 'axum'] });
    expect(project).toMatchObject({
      ...{ description: 'All of it', git_remote: null, stack_tags: ['rust', 'axum'], item_count: 0 },
      ...{ plan_auto_refresh_interval_secs: null, plan_pinned: false },
    });
    expect(project.created_at).toBe(project.updated_at);
    expect(await member.call(listProjects)).toContainEqual(project);
    expect(await member.call(getProject, at(project))).toEqual({ ...project, items: [] });
  });

  it('has a slug of its own', async () => {
    const { slug } = await newProject();
    expect(await admin.refused(createProject, { body: { slug, name: 'Again' } })).toMatchObject({
      ...{ status: 409, code: 'project-exists' },
    });
    expect(await admin.refused(createProject, { body: { slug: 'No Slug', name: 'x' } })).toMatchObject({
      ...{ status: 422, code: 'slug-invalid' },
    });
    expect(await admin.refused(createProject, { body: { slug: 'nameless' } })).toMatchObject({ status: 400 });
  });

  it('is read by every member and written by administrators', async () => {
    const project = await newProject();
    expect(await member.call(getProject, at(project))).toMatchObject({ slug: project.slug });
    const { slug } = project;
    const answers = await Promise.all([
      member.refused(createProject, { body: { slug: 'mine', name: 'Mine' } }),
      member.refused(changeProject, { params: { slug }, body: { name: 'Mine' } }),
      member.refused(putProjectItems, { params: { slug }, body: [] }),
      member.refused(deleteProject, { params: { slug } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('changes in what is given; null clears', async () => {
    const project = await newProject({
      ...{ description: 'd', git_remote: 'https://git.example.org/clears', stack_tags: ['go'] },
      plan_auto_refresh_interval_secs: 3600,
    });
    const change = (body: object) => admin.call(changeProject, { ...at(project), body });
    expect(await change({ name: 'New' })).toMatchObject({
      name: 'New',
      description: 'd',
      stack_tags: ['go'],
    });
    const cleared = await change({
      ...{ description: null, git_remote: null, stack_tags: null, plan_auto_refresh_interval_secs: null },
    });
    expect(cleared).toMatchObject({
      ...{
        name: 'New',
        description: null,
        git_remote: null,
        stack_tags: [],
        plan_auto_refresh_interval_secs: null,
      },
    });
    expect(cleared.updated_at > project.updated_at).toBe(true);
    expect(await admin.refused(changeProject, { ...at(project), body: { name: null } })).toMatchObject({
      status: 400,
    });
    expect(await admin.refused(changeProject, { params: { slug: 'nowhere' }, body: {} })).toMatchObject({
      ...{ status: 404, code: 'project-not-found' },
    });
  });

  it('is gone with its items and plans when it is deleted, and its slug is free', async () => {
    const project = await newProject({ git_remote: 'https://git.example.org/deleted' });
    const { slug } = project;
    await admin.call(putProjectItems, { ...at(project), body: [{ slug: 'a', kind: 'skill' }] });
    await admin.call(importPlan, { ...at(project), body: { source_type: 'file', body_md: '# Old' } });
    expect(await admin.text(deleteProject, at(project))).toBe('');
    expect(await admin.refused(getProject, at(project))).toMatchObject({ code: 'project-not-found' });
    expect(await admin.refused(deleteProject, at(project))).toMatchObject({ status: 404 });
    const again = await admin.call(createProject, {
      body: { slug, name: 'Again', git_remote: 'https://git.example.org/deleted' },
    });
    expect(again.item_count).toBe(0);
    expect(await admin.refused(getPlan, at(project))).toMatchObject({ code: 'plan-not-found' });
  });
});

describe('the items of a project', () => {
  it('keep their order, their kinds and their pins, and need not exist', async () => {
    const project = await newProject();
    const put = (body: object) => admin.text(putProjectItems, { ...at(project), body });
    const items = async () => (await member.call(getProject, at(project))).items;
    await put([
      { slug: 'zebra', kind: 'skill', version: '^1.2' },
      { slug: 'ant', kind: 'agent' },
      { slug: 'ant', kind: 'command', version: null },
      { slug: 'tools', kind: 'plugin' },
      { slug: 'bare' },
    ]);
    expect(await items()).toEqual([
      { skill_slug: 'zebra', kind: 'skill', position: 0, version: '^1.2' },
      { skill_slug: 'ant', kind: 'agent', position: 1, version: null },
      { skill_slug: 'ant', kind: 'command', position: 2, version: null },
      { skill_slug: 'tools', kind: 'plugin', position: 3, version: null },
      { skill_slug: 'bare', kind: 'skill', position: 4, version: null },
    ]);
    await put([{ slug: 'bare', kind: 'skill' }]);
    expect(await items()).toHaveLength(1);
    expect((await member.call(getProject, at(project))).item_count).toBe(1);
  });

  it('are replaced wholly or not at all', async () => {
    const project = await newProject();
    await admin.text(putProjectItems, { ...at(project), body: [{ slug: 'kept', kind: 'skill' }] });
    const refused = (body: object) => admin.refused(putProjectItems, { ...at(project), body });
    const twice = [{ slug: 'a' }, { slug: 'a', version: '1.0.0' }];
    expect(await refused(twice)).toMatchObject({ code: 'item-repeated', errors: [{ pointer: '/1' }] });
    expect(await refused([{ slug: 'a' }, { slug: '../a' }])).toMatchObject({ code: 'slug-invalid' });
    expect(await refused([{ slug: 'a', kind: 'gadget' }])).toMatchObject({ status: 400 });
    expect((await member.call(getProject, at(project))).items).toMatchObject([{ skill_slug: 'kept' }]);
  });

  it('are those of one writer when two write at once', async () => {
    const project = await newProject();
    const of = (letter: string) => [1, 2, 3].map((n) => ({ slug: `${letter}${n}`, kind: 'skill' }));
    await Promise.all(
      ['a', 'b', 'c'].map((each) => admin.text(putProjectItems, { ...at(project), body: of(each) })),
    );
    const slugs = (await member.call(getProject, at(project))).items.map(({ skill_slug }) => skill_slug);
    expect(slugs.map((slug) => slug.slice(1))).toEqual(['1', '2', '3']);
    expect(new Set(slugs.map((slug) => slug[0])).size).toBe(1);
  });
});

describe('a git remote', () => {
  it('finds its project however it is written', async () => {
    const { slug, name } = await newProject({ git_remote: 'git@Git.Example.org:Team/shop.git' });
    for (const remote of [
      ...['https://git.example.org/Team/shop', 'https://me:secret@git.example.org/Team/shop.git/'],
      ...[
        'ssh://git@git.example.org:2222/Team/shop.git',
        'git.example.org:Team/shop',
        'http://git.example.org/Team/shop//',
      ],
    ])
      expect(await member.call(resolveProject, { query: { remote } })).toEqual({ slug, name });
    for (const remote of [
      'https://git.example.org/team/shop',
      'https://other.org/Team/shop',
      '/srv/git/shop',
      'x',
    ])
      expect(await member.refused(resolveProject, { query: { remote } })).toMatchObject({ status: 404 });
    expect(await member.refused(resolveProject)).toMatchObject({ status: 400 });
    expect((await member.call(getProject, { params: { slug } })).git_remote).toBe(
      'https://git.example.org/Team/shop',
    );
  });

  it('belongs to one project, also where many ask for it at once', async () => {
    const bodies = ['https://h.example/one', 'git@h.example:one.git', 'ssh://h.example/one/'].map(
      (git_remote, n) => ({
        ...{ slug: `claims-${n}`, name: 'x', git_remote },
      }),
    );
    const answers = await Promise.all(bodies.map((body) => admin.send(createProject, { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const other = await newProject();
    const taken = { ...at(other), body: { git_remote: 'https://h.example/one' } };
    expect(await admin.refused(changeProject, taken)).toMatchObject({ code: 'remote-taken' });
    const winner = await member.call(resolveProject, { query: { remote: 'https://h.example/one' } });
    await admin.call(changeProject, { params: { slug: winner.slug }, body: { git_remote: null } });
    expect(await admin.call(changeProject, taken)).toMatchObject({ git_remote: 'https://h.example/one' });
  });

  it('is an address', async () => {
    const body = { slug: 'pathy', name: 'x', git_remote: '../elsewhere' };
    expect(await admin.refused(createProject, { body })).toMatchObject({
      status: 422,
      code: 'remote-invalid',
    });
  });
});

describe('a stack mapping', () => {
  it('is made, repeated, listed and removed; its skill need not exist', async () => {
    const mapping = { stack: 'elixir', skill: 'to-come' };
    expect(await admin.call(mapStack, { body: { stack: ' Elixir ', skill: 'to-come' } })).toEqual(mapping);
    expect(await admin.call(mapStack, { body: mapping })).toEqual(mapping);
    await admin.call(mapStack, { body: { stack: 'elixir', skill: 'another' } });
    expect(await member.call(listStackMappings)).toEqual([{ stack: 'elixir', skill: 'another' }, mapping]);
    expect(await admin.text(unmapStack, { body: mapping })).toBe('');
    expect(await admin.refused(unmapStack, { body: mapping })).toMatchObject({
      ...{ status: 404, code: 'mapping-not-found' },
    });
    expect(await member.call(listStackMappings)).toHaveLength(1);
  });

  it('has a technology and a slug, and is made by administrators', async () => {
    expect(await admin.refused(mapStack, { body: { stack: ' ', skill: 'a' } })).toMatchObject({
      status: 400,
    });
    expect(await admin.refused(mapStack, { body: { stack: 'go', skill: 'A b' } })).toMatchObject({
      status: 422,
    });
    for (const route of [mapStack, unmapStack])
      expect(await member.refused(route, { body: { stack: 'go', skill: 'a' } })).toMatchObject({
        status: 403,
      });
  });
});
