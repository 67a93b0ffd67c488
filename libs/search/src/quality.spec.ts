import { loadCorpusSearchSet, loadSearchSet, ndcgAt, type Part, type SearchSet } from '@loam/testing';
import { hashingVector } from './hashing-embedding';
import { meaningText } from './meaning-text';
import { SearchIndex } from './search-index';
import { quantise } from './vectors';

/** The default provider's, as libs/embeddings has them. */
const HASHING = { least: 0.2, alone: 0.4, worth: 0.2 };

function indexOf({ items }: SearchSet): SearchIndex {
  const index = new SearchIndex(256);
  items.forEach((item, since) => {
    const texts = { ...item, whenToUse: item.whenToUse ?? '' };
    const vector = quantise(hashingVector(meaningText(texts)));
    const use = { popularity: 0, success: 0.5, times: 0 };
    index.put({ ...texts, vector, since, status: 'published', author: 'a', use });
  });
  return index;
}

function ranking(index: SearchIndex, text: string): string[] {
  const { hits } = index.search({
    ...{ mode: 'ranked', text, limit: 10, after: null, facets: false },
    semantic: { vector: quantise(hashingVector(text)), ...HASHING },
    narrowing: {
      ...{ kinds: ['skill', 'agent', 'command'], tags: [], author: null, statuses: ['published'] },
    },
  });
  return hits.map(({ kind, slug }) => `${kind}/${slug}`);
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;

/** nDCG@10 of all queries and of each class. */
function judge(set: SearchSet): { readonly all: number; readonly classes: string } {
  const index = indexOf(set);
  const judged = set.queries.map(({ class: name, query, relevant }) => {
    return { name, figure: ndcgAt(10, ranking(index, query), relevant) };
  });
  const classes = [...new Set(judged.map(({ name }) => name))].sort().map((name) => {
    const figures = judged.filter((each) => each.name === name).map(({ figure }) => figure);
    return `${name} ${mean(figures).toFixed(3)} (${String(figures.length)})`;
  });
  return { all: mean(judged.map(({ figure }) => figure)), classes: classes.join(', ') };
}

const sets = (['tuning', 'held-out'] as const).flatMap((part: Part) => [
  { name: `${part}, own catalog`, set: loadSearchSet(part) },
  { name: `${part}, corpus`, set: loadCorpusSearchSet(part) },
]);

describe('the search, judged by the labelled queries with the default embeddings,', () => {
  it.each(sets.filter(({ set }) => set.queries.length > 0))('ranks well: $name', ({ name, set }) => {
    const { all, classes } = judge(set);
    process.stdout.write(`nDCG@10 ${all.toFixed(3)} ${name}: ${classes}\n`);
    expect(all).toBeGreaterThanOrEqual(0.9);
  });
});
