import { createHash, randomUUID } from 'node:crypto';
import { readBundle } from '@loam/bundles';
import * as capturer from '@loam/contracts/http/capturer';
import { decayCandidates } from '@loam/contracts/http/decay';
import { getReplayCheck, startReplayCheck } from '@loam/contracts/http/gateway';
import * as lifecycle from '@loam/contracts/http/lifecycle';
import * as registry from '@loam/contracts/http/registry';
import { reportUsage, topSkills, usageTimeline } from '@loam/contracts/http/telemetry';
import { serviceNames } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

let admin: Caller;

beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
});

const slugs = (found: readonly { readonly slug: string }[]): string[] => found.map(({ slug }) => slug);
const list = async (query: Record<string, string> = {}) =>
  slugs(await admin.call(registry.listSkills, { query }));
const candidates = async () => slugs(await admin.call(decayCandidates));

/** How often the tenant's skill was used, as the top list has it. */
async function usesOf(slug: string) {
  const top = await admin.call(topSkills, { query: { limit: '100' } });
  return top.find((each) => each.slug === slug) ?? { downloads: 0, views: 0, total: 0 };
}

describe('a published skill', () => {
  it('is listed, found by its words and tags, and shown with all that is known of it', async () => {
    const metadata = {
      slug: 'pressing-olives',
      version: '1.2.0',
      tags: ['kitchen'],
      when_to_use: 'In autumn.',
    };
    const description = 'Turns a harvest into oil.';
    const bundle = await bundleOf({
      'SKILL.md': skillMd({ name: 'pressing-olives', description, requires: '["milling@^1.0.0"]' }),
    });
    await publish(admin, 'milling');
    const published = await admin.call(registry.publishSkill, { body: metadata, bundle });
    expect(published).toMatchObject({ ...metadata, description, status: 'published', kind: 'skill' });

    expect(await list()).toEqual(expect.arrayContaining(['milling', 'pressing-olives']));
    expect(await list({ query: 'HARVEST oil' })).toEqual(['pressing-olives']);
    expect(await list({ query: 'harvest cheese' })).toEqual([]);
    expect(await list({ tags: 'kitchen' })).toEqual(['pressing-olives']);
    expect(await list({ kind: 'agent' })).toEqual([]);

    const params = { slug: 'pressing-olives' };
    expect(await admin.call(registry.getSkill, { params })).toEqual(published);
    expect(await admin.call(registry.getSkillDetail, { params })).toMatchObject({
      ...published,
      requires: [{ slug: 'milling', version: '1.0.0', version_range: '^1.0.0' }],
      required_by: [],
      fingerprint: expect.stringMatching(/^sha256:/),
    });
    expect(await admin.call(registry.getSkillDetail, { params: { slug: 'milling' } })).toMatchObject({
      required_by: [{ slug: 'pressing-olives', version: '1.2.0' }],
    });
    expect(await admin.text(registry.getSkillMd, { params })).toContain(description);
  });

  it('shows its latest live version, and every version by its number', async () => {
    for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1'])
      await publish(admin, 'grafting', { version, description: `Version ${version}.` });
    const params = { slug: 'grafting' };
    expect(await admin.call(registry.getSkill, { params })).toMatchObject({ version: '1.10.0' });
    expect(await admin.call(registry.getSkill, { params, query: { version: '1.9.0' } })).toMatchObject({
      description: 'Version 1.9.0.',
    });
    const versions = await admin.call(registry.listVersions, { params });
    expect(versions.map(({ version }) => version)).toEqual(['2.0.0-rc.1', '1.9.0', '1.10.0', '1.0.0']);
  });

  it('tells everything that it needs, nearest first', async () => {
    await publish(admin, 'baking', { requires: ['kneading', 'heating@>=1'] });
    await publish(admin, 'kneading', { requires: ['weighing@~1.0'] });
    await publish(admin, 'weighing', { requires: ['heating', 'baking'] });
    expect(await admin.call(registry.getDependencies, { params: { slug: 'baking' } })).toEqual([
      { slug: 'heating', version_range: '>=1', depth: 1 },
      { slug: 'kneading', version_range: '*', depth: 1 },
      { slug: 'weighing', version_range: '~1.0', depth: 2 },
    ]);
  });

  it('is downloaded as the bytes whose digest is promised, which hold the files that were sent', async () => {
    const { bundle } = await publish(admin, 'pruning');
    const response = await admin.send(registry.downloadBundle, { params: { slug: 'pruning' } });
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/gzip',
      'x-loam-sha256': sha256,
      'x-loam-version': '1.0.0',
    });
    const [version] = await admin.call(registry.listVersions, { params: { slug: 'pruning' } });
    expect(version?.sha256).toBe(sha256);
    // Both are packed in the one deterministic way.
    expect(bytes.equals(bundle)).toBe(true);
    const { entries, manifest } = await readBundle(bytes);
    expect(entries.map(({ path }) => path)).toEqual(['SKILL.md']);
    expect(manifest.description).toBe('About pruning.');
  });

  it('is published again with the same bytes without a change', async () => {
    const { skill, bundle } = await publish(admin, 'sowing');
    const given = { body: { slug: 'sowing', version: '1.0.0' }, bundle };
    const again = await admin.send(registry.publishSkill, given);
    expect(again.status).toBe(201);
    expect(again.headers.get('x-loam-unchanged')).toBe('true');
    expect(await again.json()).toEqual(skill);
    expect(await admin.call(registry.listVersions, { params: { slug: 'sowing' } })).toHaveLength(1);
  });
});

describe('the use of a skill', () => {
  it('appears on the timeline, in the top list and in its detail', async () => {
    const { admin: other } = await newTenant(thisRun.operator);
    const params = { slug: 'weeding' };
    await publish(other, params.slug);
    await other.send(registry.downloadBundle, { params });
    await other.text(registry.getSkillMd, { params });
    await eventually(async () => {
      expect(await other.call(topSkills)).toEqual([{ slug: 'weeding', downloads: 1, views: 1, total: 2 }]);
    });
    const timeline = await other.call(usageTimeline, { query: { days: '7' } });
    expect(timeline).toHaveLength(7);
    // A test that began before midnight has its day as the last but one.
    expect(timeline.filter(({ downloads }) => downloads > 0)).toEqual([
      { day: expect.any(String), downloads: 1, views: 1, unique_skills: 1 },
    ]);
    expect(await other.call(registry.getSkillDetail, { params })).toMatchObject({
      use_count: 2,
      last_used_at: expect.any(String),
    });
  });

  it('is reported by clients, where the same id counts once', async () => {
    await publish(admin, 'watering');
    const body = { skill_id: 'watering', event: 'download', id: randomUUID() };
    await admin.call(reportUsage, { body });
    await admin.call(reportUsage, { body });
    expect(await usesOf('watering')).toMatchObject({ downloads: 1, views: 0 });
    const problem = await admin.refused(reportUsage, { body: { ...body, event: 'view' } });
    expect(problem.code).toBe('usage-conflict');
    expect(await usesOf('watering')).toMatchObject({ downloads: 1, views: 0 });
  });

  it('is refused for what exists nowhere', async () => {
    const body = { skill_id: 'never-published', event: 'download' };
    expect(await admin.refused(reportUsage, { body })).toMatchObject({ code: 'skill-not-found' });
    await publish(admin, 'composting');
    const unknown = { skill_id: 'composting', event: 'view', version: '9.9.9' };
    expect(await admin.refused(reportUsage, { body: unknown })).toMatchObject({ code: 'version-not-found' });
  });

  it('keeps a skill from the decay candidates, where the unused one is', async () => {
    await publish(admin, 'used-once');
    await publish(admin, 'never-used');
    await eventually(async () => {
      expect(await candidates()).toEqual(expect.arrayContaining(['used-once', 'never-used']));
    });
    await admin.send(registry.downloadBundle, { params: { slug: 'used-once' } });
    await eventually(async () => {
      expect(await candidates()).not.toContain('used-once');
    });
    expect(await candidates()).toContain('never-used');
  });
});

it('leaves the catalog and the decay candidates when it is archived, and stays downloadable by version', async () => {
  const params = { slug: 'threshing' };
  await publish(admin, params.slug);
  await eventually(async () => {
    expect(await candidates()).toContain('threshing');
  });
  const archived = await admin.call(lifecycle.archiveSkill, { params });
  expect(archived).toEqual({ slug: 'threshing', version: '1.0.0', versions: ['1.0.0'], latest: null });
  expect(await list()).not.toContain('threshing');
  expect(await admin.refused(registry.getSkill, { params })).toMatchObject({ code: 'skill-not-found' });
  expect((await admin.send(registry.downloadBundle, { params })).status).toBe(404);
  const exact = await admin.send(registry.downloadBundle, { params, query: { version: '1.0.0' } });
  expect(exact.status).toBe(200);
  await eventually(async () => {
    expect(await candidates()).not.toContain('threshing');
  });
});

describe('a draft', () => {
  const handIn = async (slug: string) => {
    const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: slug, description: `Drafted ${slug}.` }) });
    return admin.call(capturer.createDraft, { body: { slug, notes: 'Seen twice.' }, bundle });
  };
  const drafts = async (status: string) =>
    slugs(await admin.call(capturer.listDrafts, { query: { status } }));

  it('waits for review and becomes a skill of the catalog', async () => {
    const { id } = await handIn('drying-herbs');
    expect(await drafts('pending')).toContain('drying-herbs');
    expect(await list()).not.toContain('drying-herbs');
    expect(await admin.call(capturer.getDraft, { params: { id } })).toMatchObject({ status: 'pending' });
    expect(await admin.text(capturer.getDraftSkillMd, { params: { id } })).toContain('Drafted drying-herbs.');

    const version = { body: { version: '0.1.0' }, params: { id } };
    expect(await admin.call(capturer.publishDraft, version)).toEqual({
      ...{ draft_id: id, skill_id: 'drying-herbs', slug: 'drying-herbs', version: '0.1.0' },
      ...{ verdict: 'pass', held: false },
    });
    expect(await list()).toContain('drying-herbs');
    expect(await drafts('pending')).not.toContain('drying-herbs');
    expect(await drafts('published')).toContain('drying-herbs');
    expect(await admin.call(capturer.getDraft, { params: { id } })).toMatchObject({
      ...{ status: 'published', published_version: '0.1.0' },
    });
    const text = await admin.text(registry.getSkillMd, { params: { slug: 'drying-herbs' } });
    expect(text).toContain('Drafted drying-herbs.');
    expect(await admin.refused(capturer.discardDraft, { params: { id } })).toMatchObject({
      code: 'draft-not-pending',
    });
  });

  it('is discarded for good', async () => {
    const { id } = await handIn('burning-leaves');
    await admin.call(capturer.discardDraft, { params: { id } });
    expect(await drafts('discarded')).toContain('burning-leaves');
    expect(await drafts('pending')).not.toContain('burning-leaves');
    const version = { body: { version: '0.1.0' }, params: { id } };
    expect(await admin.refused(capturer.publishDraft, version)).toMatchObject({ code: 'draft-not-pending' });
    expect(await list()).not.toContain('burning-leaves');
  });
});

it('rebuilds the tables of every service from its log without a difference', async () => {
  await publish(admin, 'storing');
  await admin.send(registry.downloadBundle, { params: { slug: 'storing' } });
  for (const service of serviceNames) {
    const { id } = await thisRun.operator.call(startReplayCheck, { params: { service } });
    const ended = await eventually(async () => {
      const check = await thisRun.operator.call(getReplayCheck, { params: { service, id } });
      expect(check.status).not.toBe('running');
      return check;
    }, 60_000);
    expect(ended).toMatchObject({ service, status: 'done', differences: [], differing: 0, error: null });
    expect(ended.tables).not.toEqual([]);
  }
});
