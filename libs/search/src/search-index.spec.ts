import fc from 'fast-check';
import type { SearchDocument, Use } from './documents';
import { SearchIndex, type Place, type Search } from './search-index';
import { stem } from './stem';
import { wordsOf } from './words';

const used = (popularity: number, success = 0.5, times = 0): Use => ({ popularity, success, times });
const document = (slug: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  ...{ kind: 'skill', slug, name: '', description: '', whenToUse: '', tags: [], body: '' },
  ...{ status: 'published', author: 'ann', since: 0, use: used(0), vector: null },
  ...more,
});

const everything = { kinds: ['skill', 'agent'], tags: [], author: null, statuses: ['published'] };
const search = (text: string, more: Partial<Search> = {}): Search => ({
  ...{ mode: 'ranked', text, semantic: null, narrowing: everything, limit: 20, after: null, facets: false },
  ...more,
});

function indexOf(...documents: SearchDocument[]): SearchIndex {
  const index = new SearchIndex(2);
  for (const each of documents) index.put(each);
  return index;
}

const slugs = (index: SearchIndex, text: string, more: Partial<Search> = {}): string[] =>
  index.search(search(text, more)).hits.map(({ slug }) => slug);

describe('a search for what has proven itself', () => {
  const description = 'Reviews code.';
  const one = (slug: string, success: number, times = 0) =>
    document(slug, { description, use: used(0, success, times) });
  const proven = { mode: 'proven' } as const;

  it('weighs 0.4 relevance, 0.4 success and 0.2 use, of which each is 0 to 1', () => {
    const index = indexOf(one('a', 0.5), one('b', 0.9, 99), one('c', 0.1, 9));
    const hits = index.search(search('reviews code', proven)).hits;
    expect(hits.map(({ slug, score }) => [slug, score])).toEqual([
      ['b', expect.closeTo(0.4 + 0.4 * 0.9 + 0.2, 5)],
      ['a', expect.closeTo(0.4 + 0.4 * 0.5, 5)],
      ['c', expect.closeTo(0.4 + 0.4 * 0.1 + 0.2 * 0.5, 5)],
    ]);
  });

  it('does not bury the item that is named', () => {
    const index = indexOf(one('reviewer', 0), one('code-reviewer', 1, 1e6));
    expect(slugs(index, 'reviewer', proven)[0]).toBe('reviewer');
  });

  it('is not flattened by one that everybody uses', () => {
    const index = indexOf(one('a', 0.5, 1e7), one('b', 0.5, 100), one('c', 0.5, 10));
    const scores = index.search(search('code', proven)).hits.map(({ score }) => score);
    expect((scores[1] ?? 0) - (scores[2] ?? 0)).toBeGreaterThan(0.02);
  });

  it('finds what a ranked search finds, and orders all of it where no words are given', () => {
    const index = indexOf(one('a', 0.2), one('b', 0.8), document('c', { description: 'Else.' }));
    expect(slugs(index, 'code', proven)).toEqual(['b', 'a']);
    expect(slugs(index, '', proven)).toEqual(['b', 'c', 'a']);
  });
});

describe('a search by words', () => {
  it('puts the exact slug first, whatever else is popular or similar', () => {
    const index = indexOf(
      document('code-review', { use: used(0), vector: Int8Array.from([0, 100]) }),
      ...Array.from({ length: 50 }, (_, i) =>
        document(`review-code-${String(i)}`, {
          description: 'code review code review',
          tags: ['code', 'review'],
          use: used(1),
          vector: Int8Array.from([100, 0]),
        }),
      ),
    );
    const semantic = { vector: Int8Array.from([100, 0]), least: 0, alone: 0, worth: 1 };
    expect(slugs(index, 'code-review')[0]).toBe('code-review');
    expect(slugs(index, 'Code Review', { semantic })[0]).toBe('code-review');
  });

  it('lets use decide between equals and never bury a better match', () => {
    const description = 'Deploys things for people who would rather do something else with their days.';
    const index = indexOf(
      document('a', { description }),
      document('b', { description, use: used(1) }),
      document('deploying-things', { description: 'For teams.' }),
    );
    expect(slugs(index, 'deploy things')).toEqual(['deploying-things', 'b', 'a']);
  });

  it('forgives typos, tells what it took them for, and finishes what was begun', () => {
    const index = indexOf(
      document('kubernetes-deploy', { description: 'Deploys to a cluster.' }),
      document('docker-compose', { description: 'Composes containers.' }),
    );
    expect(index.search(search('kuberntes'))).toMatchObject({
      corrected: 'kubernetes',
      hits: [{ slug: 'kubernetes-deploy' }],
    });
    expect(slugs(index, 'dcoker')).toEqual(['docker-compose']);
    expect(slugs(index, 'kube')).toEqual(['kubernetes-deploy']);
    expect(slugs(index, 'contai')).toEqual(['docker-compose']);
    expect(index.search(search('zzzzqqqq'))).toMatchObject({ hits: [], total: 0, corrected: null });
  });

  it('takes a short word for the beginning of longer ones too, after the items that hold it', () => {
    const index = indexOf(
      document('kube-proxy', { description: 'Kube.' }),
      document('kubernetes-deploy'),
      document('cluster', { body: 'A kubelet runs on each node.' }),
      document('go-lint'),
      document('google-docs'),
    );
    expect(slugs(index, 'kube')).toEqual(['kube-proxy', 'kubernetes-deploy', 'cluster']);
    expect(slugs(index, 'go')).toEqual(['go-lint']);
  });

  it('finds words inside others only where all are asked for', () => {
    const index = indexOf(document('changelogs', { description: 'Notes.' }), document('logs'));
    const contained = { mode: 'contained' } as const;
    expect(slugs(index, 'ngelo', contained)).toEqual(['changelogs']);
    expect(slugs(index, 'ngelo notes', contained)).toEqual(['changelogs']);
    expect(slugs(index, 'ngelo cheese', contained)).toEqual([]);
    for (const text of ['%', 'n', 'ot']) expect(slugs(index, text, contained)).toEqual([]);
    expect(slugs(index, 'no', contained)).toEqual(['changelogs']);
  });

  it('without words lists everything, the most used first', () => {
    const index = indexOf(document('a'), document('c', { use: used(0.5) }), document('b'));
    expect(slugs(index, ' ')).toEqual(['c', 'a', 'b']);
  });
});

describe('narrowing and facets', () => {
  const index = indexOf(
    document('a', { description: 'x', tags: ['t', 'u'], author: 'ann' }),
    document('b', { description: 'x', tags: ['t'], author: 'bob', kind: 'agent' }),
    document('c', { description: 'x', tags: ['u'], status: 'archived' }),
  );

  it('hide what is not asked for', () => {
    const narrowed = (narrowing: Partial<Search['narrowing']>) =>
      slugs(index, 'x', { narrowing: { ...everything, ...narrowing } });
    expect(narrowed({})).toEqual(['b', 'a']);
    expect(narrowed({ kinds: ['agent'] })).toEqual(['b']);
    expect(narrowed({ tags: ['t', 'u'] })).toEqual(['a']);
    expect(narrowed({ author: 'bob' })).toEqual(['b']);
    expect(narrowed({ statuses: ['archived'] })).toEqual(['c']);
    expect(narrowed({ author: 'nobody' })).toEqual([]);
    expect(narrowed({ tags: ['none'] })).toEqual([]);
  });

  it('count what was found, on whatever page', () => {
    expect(index.search(search('x', { limit: 1, facets: true }))).toMatchObject({
      total: 2,
      facets: {
        kind: [
          { value: 'agent', count: 1 },
          { value: 'skill', count: 1 },
        ],
        status: [{ value: 'published', count: 2 }],
        tag: [
          { value: 't', count: 2 },
          { value: 'u', count: 1 },
        ],
      },
    });
  });
});

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
const aText = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((words) => words.join(' '));
const aChange = fc.record({
  slug: fc.integer({ min: 0, max: 30 }).map((n) => `s${String(n)}`),
  gone: fc.boolean(),
  description: aText,
  tags: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
  use: fc.double({ min: 0, max: 1, noNaN: true }).map((popularity) => used(popularity)),
});

interface Change extends Pick<SearchDocument, 'slug' | 'description' | 'tags' | 'use'> {
  readonly gone: boolean;
}

function build(changes: readonly Change[]) {
  const documents = new Map<string, SearchDocument>();
  const index = new SearchIndex(2);
  for (const { gone, ...more } of changes) {
    const changed = document(more.slug, more);
    if (gone) {
      documents.delete(more.slug);
      index.remove('skill', more.slug);
    } else {
      documents.set(more.slug, changed);
      index.put(changed);
    }
  }
  return { documents, index };
}

/** What must be found, by looking at every document. */
function naive(
  documents: ReadonlyMap<string, SearchDocument>,
  query: string,
  tags: readonly string[],
): string[] {
  const wanted = new Set([...wordsOf(query)].map(({ word }) => stem(word)));
  const holds = ({ slug, description, tags: own }: SearchDocument): boolean =>
    query === '' ||
    [...wordsOf(`${slug} ${description} ${own.join(' ')}`)].some(({ word }) => wanted.has(stem(word)));
  return [...documents.values()]
    .filter((each) => tags.every((tag) => each.tags.includes(tag)) && holds(each))
    .map(({ slug }) => slug)
    .sort();
}

function allPages(index: SearchIndex, asked: Search, between: (page: number) => void = () => undefined) {
  const found: string[] = [];
  let after: Place | null = null;
  for (let page = 1; ; page += 1) {
    const { hits, next } = index.search({ ...asked, after });
    found.push(...hits.map(({ slug }) => slug));
    if (next === null) return found;
    after = next;
    between(page);
  }
}

describe('an index, after any changes,', () => {
  const changes = fc.array(aChange, { maxLength: 80 });
  const tags = fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 });

  it('finds exactly what holds any of the words, on pages that hold each once and keep the order', () => {
    fc.assert(
      fc.property(changes, aText, tags, fc.integer({ min: 1, max: 7 }), (made, query, wanted, limit) => {
        const { documents, index } = build(made);
        const asked = search(query, { narrowing: { ...everything, tags: wanted }, limit });
        const whole = index.search({ ...asked, limit: 200, facets: true });
        const expected = naive(documents, query, wanted);
        expect(whole.hits.map(({ slug }) => slug).sort()).toEqual(expected);
        expect(whole.total).toBe(expected.length);
        expect(whole.facets?.kind).toEqual(
          expected.length === 0 ? [] : [{ value: 'skill', count: expected.length }],
        );
        expect(allPages(index, asked)).toEqual(whole.hits.map(({ slug }) => slug));
      }),
    );
  });

  it('shows on later pages what was there at first, each once, while others come', () => {
    fc.assert(
      fc.property(changes, aText, fc.integer({ min: 1, max: 5 }), (made, query, limit) => {
        const { index } = build(made);
        const asked = search(query, { limit });
        const before = index.search({ ...asked, limit: 200 }).hits.map(({ slug }) => slug);
        const found = allPages(index, asked, (page) => {
          for (const place of ['a', 'z'])
            index.put(
              document(`${place}-new-${String(page)}`, {
                description: WORDS.join(' '),
                use: used(1),
                since: 1,
              }),
            );
        });
        expect(found).toEqual(before);
      }),
    );
  });

  it('is the same after it has numbered its documents anew', () => {
    const index = new SearchIndex(2);
    const put = (round: number) => {
      for (let i = 0; i < 300; i += 1)
        index.put(
          document(`s${String(i)}`, {
            description: `${WORDS[i % 5] ?? ''} round${String(round)}`,
            tags: [`t${String(i % 3)}`],
            vector: Int8Array.from([i % 100, 50]),
          }),
        );
    };
    for (let round = 0; round < 12; round += 1) put(round);
    expect(index.size).toBe(300);
    expect(index.search(search('alpha', { limit: 100 })).total).toBe(60);
    expect(index.search(search('round11')).total).toBe(300);
    const semantic = { vector: Int8Array.from([99, 50]), least: 0, alone: 0, worth: 1 };
    const [first] = index.search(search('', { mode: 'similar', semantic })).hits;
    expect(first).toMatchObject({ slug: 's199', similarity: 1 });
  });
});
