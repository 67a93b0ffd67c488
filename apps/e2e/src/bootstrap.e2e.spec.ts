import { bootstrap } from '@loam/contracts/http/bootstrap';
import { archiveSkill, yankSkill } from '@loam/contracts/http/lifecycle';
import { issueToken } from '@loam/contracts/http/gateway';
import { createProject, mapStack, putProjectItems } from '@loam/contracts/http/projects';
import { publishSkill } from '@loam/contracts/http/registry';
import { Caller, newTenant } from './caller.fixtures';
import { bundleOf, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

let admin: Caller;
let member: Caller;

/** A tenant of its own for each test: what is recommended depends on all that there is. */
beforeEach(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  const { raw_token } = await admin.call(issueToken, { body: { label: 'member', scopes: ['skills:read'] } });
  member = new Caller(thisRun.url, raw_token);
});

interface Publication {
  readonly version?: string;
  readonly tags?: readonly string[];
  readonly kind?: string;
}

async function publish(slug: string, { version = '1.0.0', tags = [], kind = 'skill' }: Publication = {}) {
  const bundle = await bundleOf({
    'SKILL.md': skillMd({ name: slug, description: `Does ${slug} ${version}.` }),
  });
  await admin.call(publishSkill, { body: { slug, version, tags, kind }, bundle });
}

const project = async (slug: string, items: readonly object[], over: object = {}) => {
  await admin.call(createProject, { body: { slug, name: `The ${slug}`, ...over } });
  await admin.text(putProjectItems, { params: { slug }, body: items });
};
const ask = (query: Readonly<Record<string, string>>) =>
  member.call(bootstrap, { query: { debug: 'true', ...query } });
const slugsOf = ({ skills }: { readonly skills: readonly { readonly slug: string }[] }) =>
  skills.map(({ slug }) => slug);

it('asks for a stack, a project, or both', async () => {
  expect(await member.refused(bootstrap)).toMatchObject({ status: 400 });
  expect(await member.refused(bootstrap, { query: { stack: ' , ' } })).toMatchObject({ status: 400 });
  expect(await ask({ stack: 'Rust, rust ,axum' })).toEqual({
    ...{ stack: ['rust', 'axum'], skills: [], truncated: 0, warnings: [] },
    tier_breakdown: { curated: 0, tagged: 0, semantic: 0 },
  });
});

it('recommends first what was mapped by hand, by slug, then what shares the most tags (B14)', async () => {
  await publish('aaa-one-tag', { tags: ['rust'] });
  await publish('zzz-all-tags', { tags: ['Rust', 'axum', 'tokio'] });
  await publish('mmm-two-tags', { tags: ['rust', 'axum', 'other'] });
  await publish('mapped-late', { tags: [] });
  await publish('mapped-early', { tags: ['rust'] });
  await publish('unrelated', { tags: ['go'] });
  for (const skill of ['mapped-late', 'mapped-early', 'not-published'])
    await admin.call(mapStack, { body: { stack: 'rust', skill } });
  const answer = await ask({ stack: 'rust,axum,tokio' });
  expect(slugsOf(answer)).toEqual([
    'mapped-early',
    'mapped-late',
    'zzz-all-tags',
    'mmm-two-tags',
    'aaa-one-tag',
  ]);
  expect(answer).toMatchObject({ tier_breakdown: { curated: 2, tagged: 3 }, truncated: 0 });
  expect(answer.skills[0]).toMatchObject({ version: '1.0.0', tags: ['rust'], status: 'published' });
});

it('does not say where what came from unless it is asked', async () => {
  expect(await member.call(bootstrap, { query: { stack: 'rust' } })).not.toHaveProperty('tier_breakdown');
});

it('says how many recommendations it left out, and never leaves out what a project lists (B13)', async () => {
  const listed = Array.from({ length: 11 }, (_, n) => `listed-${String(n).padStart(2, '0')}`).reverse();
  for (const slug of listed) await publish(slug, { tags: ['rust'] });
  for (let n = 0; n < 10; n += 1) await publish(`tagged-${n}`, { tags: ['rust'] });
  await admin.call(mapStack, { body: { stack: 'rust', skill: 'tagged-9' } });
  await project(
    'large',
    listed.map((slug) => ({ slug, kind: 'skill' })),
  );
  const usual = await ask({ stack: 'rust', project: 'large' });
  const tagged = (n: number) => Array.from({ length: n }, (_, index) => `tagged-${index}`);
  expect(slugsOf(usual)).toEqual([...listed, 'tagged-9', ...tagged(7)]);
  expect(usual).toMatchObject({ truncated: 2, tier_breakdown: { project: 11, curated: 1, tagged: 7 } });
  expect(await ask({ stack: 'rust', project: 'large', limit: '50' })).toMatchObject({ truncated: 0 });
  const few = await ask({ stack: 'rust', project: 'large', limit: '1' });
  expect(slugsOf(few)).toEqual([...listed, 'tagged-9']);
  expect(few.truncated).toBe(9);
  expect(slugsOf(await ask({ stack: 'rust', project: 'large', limit: '0' }))).toEqual(listed);
}, 30_000);

it('gives the items of a project in their order, at the versions that their pins mean', async () => {
  for (const version of ['1.0.0', '1.5.0', '2.0.0']) await publish('pinned', { version });
  await publish('helper', { kind: 'agent', version: '3.0.0' });
  await publish('deploy', { kind: 'command' });
  await project('web', [
    { slug: 'helper', kind: 'agent' },
    { slug: 'pinned', kind: 'skill', version: '^1' },
    { slug: 'deploy', kind: 'command', version: '1.0.0' },
  ]);
  const answer = await ask({ project: 'web' });
  expect(answer.project).toEqual({ slug: 'web', name: 'The web' });
  expect(answer.skills).toMatchObject([{ slug: 'pinned', version: '1.5.0', kind: 'skill' }]);
  expect(answer.project_items).toMatchObject([
    { slug: 'helper', kind: 'agent', source: 'direct', version: null, resolved: { version: '3.0.0' } },
    { slug: 'pinned', kind: 'skill', source: 'direct', version: '^1', resolved: { version: '1.5.0' } },
    { slug: 'deploy', kind: 'command', source: 'direct', version: '1.0.0', resolved: { version: '1.0.0' } },
  ]);
  expect(answer.project_items?.[0]?.resolved?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(answer.warnings).toEqual([]);
});

it('says of each item why there is nothing to install for it, or what is odd about it', async () => {
  for (const version of ['1.0.0', '2.0.0']) await publish('odd', { version });
  await publish('gone');
  await admin.call(archiveSkill, { params: { slug: 'gone' } });
  await admin.call(yankSkill, { params: { slug: 'odd' }, body: { version: '2.0.0', reason: 'broken' } });
  await project('odd', [
    { slug: 'to-come', kind: 'skill' },
    { slug: 'odd', kind: 'skill', version: '^3' },
    { slug: 'gone', kind: 'skill' },
    { slug: 'tools', kind: 'plugin' },
  ]);
  const answer = await ask({ project: 'odd' });
  expect(answer.skills).toEqual([]);
  expect(answer.project_items?.map(({ resolved }) => resolved)).toEqual([null, null, null, null]);
  expect(answer.warnings).toEqual([
    'There is no skill called to-come yet.',
    'No version of the skill odd answers to ^3.',
    'No version of the skill gone answers to latest.',
    'The plugin tools is kept; plugins are not expanded yet.',
  ]);
  await admin.text(putProjectItems, {
    params: { slug: 'odd' },
    body: [{ slug: 'odd' }, { slug: 'gone', version: '1.0.0' }],
  });
  const again = await ask({ project: 'odd' });
  expect(again.skills).toMatchObject([
    { slug: 'odd', version: '1.0.0' },
    { slug: 'gone', version: '1.0.0', status: 'archived' },
  ]);
  expect(again.warnings).toEqual([
    'The skill odd 2.0.0 is yanked; 1.0.0 is older.',
    'The skill gone 1.0.0 is archived.',
  ]);
});

it('does without a project that is not there, and says so', async () => {
  await publish('tagged', { tags: ['rust'] });
  const answer = await ask({ stack: 'rust', project: 'nowhere' });
  expect(answer).toMatchObject({ project: null, warnings: ['There is no project called nowhere.'] });
  expect(slugsOf(answer)).toEqual(['tagged']);
  expect(answer).not.toHaveProperty('project_items');
});

it('takes the stack of the project where the caller names none', async () => {
  await publish('tagged', { tags: ['rust'] });
  await project('rusty', [], { stack_tags: ['rust'] });
  expect(await ask({ project: 'rusty' })).toMatchObject({ stack: ['rust'], skills: [{ slug: 'tagged' }] });
  expect(await ask({ project: 'rusty', stack: 'go' })).toMatchObject({ stack: ['go'], skills: [] });
});
