import fc from 'fast-check';
import type { SearchDocument } from './documents';
import { SearchIndex, type Place, type Search } from './search-index';
import { stem } from './stem';
import { wordsOf } from './words';

const document = (slug: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  ...{ kind: 'skill', slug, name: '', description: '', whenToUse: '', tags: [], body: '' },
  ...{ status: 'published', author: 'ann', since: 0, popularity: 0, vector: null },
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

describe('a search by words', () => {
  it('puts the exact slug first, whatever else is popular or similar', () => {
    const index = indexOf(
      document('code-review', { popularity: 0, vector: Int8Array.from([0, 100]) }),
      ...Array.from({ length: 50 }, (_, i) =>
        document(`review-code-${String(i)}`, {
          description: 'code review code review',
          tags: ['code', 'review'],
          popularity: 1,
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
      document('b', { description, popularity: 1 }),
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
    const index = indexOf(document('a'), document('c', { popularity: 0.5 }), document('b'));
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
  popularity: fc.double({ min: 0, max: 1, noNaN: true }),
});

interface Change extends Pick<SearchDocument, 'slug' | 'description' | 'tags' | 'popularity'> {
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
                popularity: 1,
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
