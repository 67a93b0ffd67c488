import * as lifecycle from '@loam/contracts/http/lifecycle';
import * as registry from '@loam/contracts/http/registry';
import { searchCatalog } from '@loam/contracts/http/search';
import { reportUsage } from '@loam/contracts/http/telemetry';
import { eventually } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { bundleOf, publish, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(60_000);

let admin: Caller;
beforeAll(async () => {
  ({ admin } = await newTenant(thisRun.operator));
  await Promise.all([
    add('kubernetes-rollouts', 'Rolls a release out to a cluster and back.', { tags: ['ops', 'release'] }),
    add('writing-changelogs', 'Turns merged pull requests into notes for users.', { tags: ['release'] }),
    add('code-review', 'Reads a change and says what is wrong with it.', { tags: ['review'] }),
    add('reviewing-code-in-teams', 'Code review, code review and once more code review.', {
      tags: ['review'],
    }),
    add('incident-scribe', 'Keeps the timeline of an outage.', { kind: 'agent', tags: ['ops'] }),
    add('baking-bread', 'Kneads and bakes.', { body: 'Feed the sourdough starter the evening before.' }),
  ]);
});

interface More {
  readonly kind?: string;
  readonly tags?: readonly string[];
  readonly body?: string;
  readonly version?: string;
}

async function add(slug: string, description: string, { kind, tags, body, version = '1.0.0' }: More = {}) {
  const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: slug, description }, body) });
  return admin.call(registry.publishSkill, { body: { slug, version, kind, tags }, bundle });
}

const search = (q: string, query: Record<string, string> = {}) =>
  admin.call(searchCatalog, { query: { q, ...query } });
const slugs = (found: { readonly items: readonly { readonly slug: string }[] }) =>
  found.items.map(({ slug }) => slug);
const list = (query: Record<string, string>) => admin.call(registry.listSkills, { query });

describe('GET /v1/search', () => {
  it('finds what was published a moment ago, by any word of name, description and tags', async () => {
    await add('growing-tomatoes', 'Waters, prunes and harvests.', { tags: ['garden'] });
    for (const q of ['tomatoes', 'tomato', 'pruning', 'garden'])
      expect(slugs(await search(q))[0]).toBe('growing-tomatoes');
  });

  it('puts the exact slug first, though another says the words more often', async () => {
    for (const q of ['code-review', 'Code Review', ' code review ']) {
      const found = slugs(await search(q));
      expect(found[0]).toBe('code-review');
      expect(found).toContain('reviewing-code-in-teams');
    }
  });

  it('forgives typos and says what it searched for instead', async () => {
    const found = await search('kuberntes rolout');
    expect(slugs(found)[0]).toBe('kubernetes-rollouts');
    expect(found.corrected).toBe('kubernetes rollouts');
  });

  it('shows where the words are, as text that is safe to show', async () => {
    await add('showing-markup', 'Never trust <script>alert(1)</script> markup in a snippet.');
    const [found] = (await search('markup snippet')).items;
    expect(found).toMatchObject({
      slug: 'showing-markup',
      matched: expect.arrayContaining(['slug', 'description']),
      snippet: { field: 'description', text: expect.stringContaining('<script>alert(1)</script>') },
    });
    const { text = '', highlights = [] } = found?.snippet ?? {};
    expect(highlights.map(([start, end]) => text.slice(start, end))).toEqual(['markup', 'snippet']);
  });

  it('finds words of the body once the job has read it, and shows them', async () => {
    await eventually(async () => {
      const [found] = (await search('sourdough')).items;
      expect(found).toMatchObject({ slug: 'baking-bread', matched: ['body'], snippet: { field: 'body' } });
      expect(found?.snippet.text).toContain('sourdough starter');
    });
  });

  it('counts all that it found, by kind, status, author and tag', async () => {
    const found = await search('release cluster outage', { limit: '1', semantic: 'false' });
    expect(found.items).toHaveLength(1);
    expect(found).toMatchObject({
      total: 3,
      semantic: false,
      facets: {
        kind: [
          { value: 'skill', count: 2 },
          { value: 'agent', count: 1 },
        ],
        status: [{ value: 'published', count: 3 }],
        author: [{ value: found.items[0]?.author, count: 3 }],
        tag: expect.arrayContaining([
          { value: 'release', count: 2 },
          { value: 'ops', count: 2 },
        ]),
      },
    });
  });

  it('is narrowed by kind, tags and author', async () => {
    const all = await search('', { limit: '200' });
    expect(slugs(await search('', { kind: 'agent' }))).toEqual(['incident-scribe']);
    expect(slugs(await search('release', { tags: 'ops,release' }))).toEqual(['kubernetes-rollouts']);
    expect((await search('', { author: all.items[0]?.author ?? '', limit: '200' })).total).toBe(all.total);
    expect((await search('', { author: 'nobody' })).total).toBe(0);
  });

  it('shows archived items only where they are asked for, and erased ones nowhere', async () => {
    await add('weaving-baskets', 'Weaves willow.');
    await add('carving-spoons', 'Carves willow.');
    expect((await search('willow')).total).toBe(2);
    await admin.call(lifecycle.archiveSkill, { params: { slug: 'weaving-baskets' } });
    expect(slugs(await search('willow'))).toEqual(['carving-spoons']);
    expect(slugs(await search('willow', { status: 'archived' }))).toEqual(['weaving-baskets']);
    expect((await list({ status: 'archived' })).map(({ slug }) => slug)).toEqual(['weaving-baskets']);
    await admin.call(lifecycle.eraseSkill, {
      ...{ params: { slug: 'weaving-baskets' }, body: { reason: 'a test' } },
    });
    for (const status of ['published', 'held', 'yanked', 'archived'])
      expect(slugs(await search('willow', { status }))).not.toContain('weaving-baskets');
  });

  it('gives every item once, on pages of any size, though others come in between', async () => {
    const { admin: other } = await newTenant(thisRun.operator);
    const names = Array.from({ length: 23 }, (_, i) => `sewing-${String(i).padStart(2, '0')}`);
    await Promise.all(names.map((slug) => publish(other, slug, { description: 'Sews a hem.' })));
    // Until their texts are indexed, they may still move.
    await eventually(async () => {
      expect((await other.call(searchCatalog, { query: { q: 'well' } })).total).toBe(names.length);
    });
    const found: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query: Record<string, string> = { q: 'hem', limit: '5', ...(cursor === null ? {} : { cursor }) };
      const page = await other.call(searchCatalog, { query });
      found.push(...slugs(page));
      cursor = page.next_cursor;
      pages += 1;
      await publish(other, `a-new-hem-${String(pages)}`, { description: 'Hem, hem, hem.' });
    } while (cursor !== null);
    expect(found.sort()).toEqual(names);
    expect(pages).toBe(5);
  });

  it('refuses a cursor of another search, and one that is none', async () => {
    const { next_cursor: cursor } = await search('', { limit: '1' });
    for (const query of [{ q: 'bread', cursor: cursor ?? '' }, { cursor: 'x' }])
      expect(await admin.refused(searchCatalog, { query })).toMatchObject({
        code: 'cursor-invalid',
        status: 400,
      });
  });

  it('lets use decide between equals', async () => {
    for (const slug of ['polishing-brass', 'polishing-steel'])
      await add(slug, 'Polishes metal until it shines.');
    expect(slugs(await search('polishes metal'))).toEqual(['polishing-brass', 'polishing-steel']);
    for (let use = 0; use < 20; use += 1)
      await admin.send(reportUsage, { body: { skill_id: 'polishing-steel', event: 'download' } });
    await eventually(async () => {
      expect(slugs(await search('polishes metal'))).toEqual(['polishing-steel', 'polishing-brass']);
    });
    expect(slugs(await search('polishing-brass'))[0]).toBe('polishing-brass');
  });

  it('keeps to its own tenant', async () => {
    const { admin: stranger } = await newTenant(thisRun.operator);
    expect(await stranger.call(searchCatalog, { query: { q: 'bread' } })).toMatchObject({
      items: [],
      total: 0,
    });
  });
});

describe('GET /v1/skills', () => {
  it('by meaning gives the most similar first, ignoring the query', async () => {
    await eventually(async () => {
      const found = await list({ semantic: 'notes for users about merged pull requests', query: 'zzz' });
      expect(found[0]).toMatchObject({ slug: 'writing-changelogs' });
      const similarities = found.map(({ similarity }) => similarity ?? -1);
      expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
      expect(similarities[0]).toBeGreaterThan(0.5);
    });
    const close = await list({
      semantic: 'notes for users about merged pull requests',
      min_similarity: '0.5',
    });
    expect(close.every(({ similarity }) => (similarity ?? 0) >= 0.5)).toBe(true);
    expect(await list({ semantic: 'merged', kind: 'command' })).toEqual([]);
    expect(
      await admin.refused(registry.listSkills, { query: { semantic: 'x', min_similarity: '2' } }),
    ).toMatchObject({
      code: 'request-invalid',
    });
  });

  it('by words finds what holds all of them, also inside others, the exact slug first', async () => {
    expect((await list({ query: 'ngelog' })).map(({ slug }) => slug)).toEqual(['writing-changelogs']);
    expect((await list({ query: 'code review' }))[0]?.slug).toBe('code-review');
    expect(await list({ query: 'code cheese' })).toEqual([]);
  });

  it('leads from page to page by its Link header, in the order of slugs, whatever comes in between', async () => {
    const { admin: other } = await newTenant(thisRun.operator);
    const names = ['a-1', 'b-1', 'c-1', 'd-1', 'e-1'];
    for (const slug of names) await publish(other, slug);
    const found: string[] = [];
    let address: string | undefined = '/v1/skills?limit=2';
    while (address !== undefined) {
      const answer: Response = await fetch(`${other.url}${address}`, {
        headers: { authorization: `Bearer ${String(other.token)}` },
      });
      found.push(...registry.listSkills.response.parse(await answer.json()).map(({ slug }) => slug));
      const link = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      expect(answer.headers.has('x-loam-next-cursor')).toBe(link !== undefined);
      await publish(other, `a-0${String(found.length)}`);
      address = link;
    }
    expect(found).toEqual(names);
  });
});
