import { itemKey } from './catalog-item';
import { loadCorpusSearchSet, loadSearchSet, type SearchSet } from './search-set';

const own = { tuning: loadSearchSet('tuning'), heldOut: loadSearchSet('held-out') };
const corpus = { tuning: loadCorpusSearchSet('tuning'), heldOut: loadCorpusSearchSet('held-out') };

const unknown = ({ items, queries }: SearchSet) => {
  const known = new Set(items.map(itemKey));
  return queries.flatMap(({ relevant }) => Object.keys(relevant)).filter((key) => !known.has(key));
};

describe('the labelled queries', () => {
  it('are enough, over a catalog large enough to go wrong in', () => {
    expect(own.tuning.items.length).toBeGreaterThanOrEqual(150);
    expect(own.tuning.queries.length + own.heldOut.queries.length).toBeGreaterThanOrEqual(120);
  });

  it('hold a third out, of every class', () => {
    const all = [...own.tuning.queries, ...own.heldOut.queries];
    expect(own.heldOut.queries.length / all.length).toBeCloseTo(1 / 3, 1);
    const classes = (set: SearchSet) => new Set(set.queries.map((query) => query.class));
    expect(classes(own.heldOut)).toEqual(classes(own.tuning));
  });

  it('name only items that there are', () => {
    expect([...unknown(own.tuning), ...unknown(own.heldOut)]).toEqual([]);
  });

  it('are asked once, and each has an answer that is meant', () => {
    const all = [...own.tuning.queries, ...own.heldOut.queries];
    expect(new Set(all.map(({ query }) => query.toLowerCase())).size).toBe(all.length);
    expect(all.filter(({ relevant }) => !Object.values(relevant).includes(3))).toEqual([]);
  });

  it('have items of their own key', () => {
    for (const { items } of [own.tuning, corpus.tuning]) {
      expect(new Set(items.map(itemKey)).size).toBe(items.length);
    }
  });
});

// Without a corpus there is nothing to load, which is what these then say.
describe('the labelled queries over the corpus', () => {
  it('are at least forty, or the corpus is another one', () => {
    const count = corpus.tuning.queries.length + corpus.heldOut.queries.length;
    expect(count === 0 || count >= 40).toBe(true);
  });
});
