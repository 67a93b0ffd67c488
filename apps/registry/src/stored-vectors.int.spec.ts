import { randomUUID } from 'node:crypto';
import { HASHING_DIMENSIONS, hashingVector, meaningText, quantise, type Hit } from '@loam/search';
import { loadSearchSet } from '@loam/testing';
import { pgvectorDatabase, type PgvectorDatabase } from './pglite.fixtures';
import { keepTexts } from './search-documents';
import { SearchEngine } from './search-engine';
import { usePgvector } from './stored-vectors';
import { TenantSearch } from './tenant-search';

const provider = { id: 'hashing', dimensions: HASHING_DIMENSIONS };
const meant = (text: string, least = 0.2) => ({
  ...{ vector: quantise(hashingVector(text)), least, alone: 0.4, worth: 0.2 },
});
const everything = {
  ...{ kinds: ['skill', 'agent', 'command'], tags: [], author: null, statuses: ['published'] },
};
const { items, queries } = loadSearchSet('tuning');

interface Kept {
  readonly slug: string;
  readonly kind?: string;
  readonly description?: string;
  readonly whenToUse?: string | null;
  readonly tags?: readonly string[];
  readonly body?: string;
  readonly verdict?: string;
}

// Postgres in WebAssembly takes its time beside other tests.
jest.setTimeout(120_000);

describe('the search of vectors, in memory and by pgvector,', () => {
  let database: PgvectorDatabase;
  const [tenant, other] = [randomUUID(), randomUUID()];

  const keep = (owner: string, item: Kept): Promise<void> =>
    database.tenant(owner, async (tx) => {
      const { slug, kind = 'skill', description = '', whenToUse = null, tags = [], body = '' } = item;
      const key = [owner, kind, slug];
      await tx.query(`INSERT INTO skills VALUES ($1, $2, $3, '1.0.0', 'published')`, key);
      await tx.query(
        `INSERT INTO skill_versions (tenant_id, kind, slug, version, description, when_to_use, tags, sha256, bytes,
           fingerprint, requires, published_at, published_by, scanned)
         VALUES ($1, $2, $3, '1.0.0', $4, $5, $6, repeat('0', 64), 1, '', '[]', now(), 'ann', $7)`,
        [...key, description, whenToUse, tags, item.verdict ?? 'pass'],
      );
      const text = meaningText({ slug, name: '', description, whenToUse: whenToUse ?? '', tags });
      const vector = quantise(hashingVector(text));
      await keepTexts(tx, [{ kind, slug, version: '1.0.0', name: '', body, provider: provider.id, vector }]);
    });

  beforeAll(async () => {
    database = await pgvectorDatabase();
    expect(await database.system(usePgvector)).toBe(false);
    const half = Math.floor(items.length / 2);
    for (const item of items.slice(0, half)) await keep(tenant, item);
    await database.createExtension();
    // What was there before is compared too, and asking again changes nothing.
    expect(await database.system(usePgvector)).toBe(true);
    expect(await database.system(usePgvector)).toBe(true);
    for (const item of items.slice(half)) await keep(tenant, item);
    await keep(tenant, { slug: 'withheld', description: 'Writes release notes.', verdict: 'pending' });
    await keep(tenant, { slug: 'empty', description: '', tags: [] });
    await keep(other, { slug: 'foreign', description: 'Writes release notes from merged pull requests.' });
  });
  afterAll(() => database.close());

  const newSearch = (storedVectors: boolean): TenantSearch => {
    const engine = new SearchEngine();
    const run = (task: Parameters<SearchEngine['handle']>[0]) => Promise.resolve(engine.handle(task));
    return new TenantSearch({ database, provider, storedVectors, mostBytes: 1e9, run });
  };
  const comparable = (hits: readonly Hit[]) =>
    hits.map(({ kind, slug, score, similarity }) => ({
      ...{ kind, slug, score: expect.closeTo(score, 5) },
      similarity: similarity === null ? null : expect.closeTo(similarity, 5),
    }));

  it('finds the same for every labelled query, with the same similarities and the same order', async () => {
    const [memory, stored] = [newSearch(false), newSearch(true)];
    expect(queries.length).toBeGreaterThan(100);
    for (const { query } of queries) {
      const search = { ...{ limit: 20, after: null, narrowing: everything }, semantic: meant(query) };
      const ranked = { ...search, mode: 'ranked', text: query, facets: true } as const;
      const expected = await memory.search(tenant, ranked);
      expect(await stored.search(tenant, ranked)).toEqual({
        ...expected,
        hits: comparable(expected.hits),
        next: expected.next && { ...expected.next, score: expect.closeTo(expected.next.score, 5) },
      });
      const similar = await memory.similar(tenant, search);
      expect((await stored.similar(tenant, search)).hits).toEqual(comparable(similar.hits));
    }
  });

  it.each([
    ['a kind', { kinds: ['agent'] }],
    ['tags', { tags: ['git'] }],
    ['an author', { author: 'nobody' }],
    ['a state', { statuses: ['held', 'archived'] }],
  ])('is narrowed alike to %s', async (_name, narrowing) => {
    const asked = {
      ...{ semantic: meant('write tests for a pull request', 0), limit: 200, after: null },
      narrowing: { ...everything, ...narrowing },
    };
    const { hits } = await newSearch(false).similar(tenant, asked);
    expect((await newSearch(true).similar(tenant, asked)).hits).toEqual(comparable(hits));
  });

  it('comes in the same pages, each item once', async () => {
    const pagesOf = async (search: TenantSearch): Promise<string[][]> => {
      const pages: string[][] = [];
      const asked = { semantic: meant('release notes', 0.05), limit: 7, narrowing: everything };
      let page = await search.similar(tenant, { ...asked, after: null });
      for (;;) {
        pages.push(page.hits.map(({ kind, slug }) => `${kind}/${slug}`));
        if (page.next === null) return pages;
        page = await search.similar(tenant, { ...asked, after: page.next });
      }
    };
    const pages = await pagesOf(newSearch(true));
    expect(pages).toEqual(await pagesOf(newSearch(false)));
    expect(new Set(pages.flat()).size).toBe(pages.flat().length);
    expect(pages.length).toBeGreaterThan(2);
  });

  it('tells nothing of another tenant or of what the gate holds back, and nothing is like nothing', async () => {
    for (const search of [newSearch(false), newSearch(true)]) {
      const asked = {
        ...{ limit: 200, after: null, narrowing: everything },
        semantic: meant('release notes', 0),
      };
      const slugs = (await search.similar(tenant, asked)).hits.map(({ slug }) => slug);
      expect(slugs).not.toContain('foreign');
      expect(slugs).not.toContain('withheld');
      const nothing = { ...asked, semantic: meant('', 0) };
      expect((await search.similar(tenant, nothing)).hits).toEqual([]);
    }
  });
});
