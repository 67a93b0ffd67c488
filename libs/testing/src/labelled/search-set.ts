import { z } from 'zod';
import { type CatalogItem, itemKey } from './catalog-item';
import { corpusItems } from './corpus-items';
import { type Part, readPart, readSet } from './files';

export interface LabelledQuery {
  readonly class: string;
  readonly query: string;
  /** `<kind>/<slug>` to 1 (touches it), 2 (good) or 3 (what is meant); everything else is irrelevant. */
  readonly relevant: Readonly<Record<string, number>>;
}

export interface SearchSet {
  readonly items: readonly CatalogItem[];
  readonly queries: readonly LabelledQuery[];
}

const itemsSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      kind: z.enum(['skill', 'agent', 'command']).default('skill'),
      slug: z.string(),
      name: z.string(),
      description: z.string(),
      tags: z.array(z.string()),
      whenToUse: z.string(),
      body: z.string(),
    }),
  ),
});

const queriesSchema = z.strictObject({
  catalog: z.enum(['own', 'corpus']),
  queries: z.array(
    z.strictObject({
      class: z.string(),
      query: z.string(),
      relevant: z.record(z.string(), z.int().min(1).max(3)),
    }),
  ),
});

function readQueries(part: Part, catalog: 'own' | 'corpus'): LabelledQuery[] {
  const files = readPart('search', part).map((content) => queriesSchema.parse(content));
  const queries = files.filter((file) => file.catalog === catalog).flatMap((file) => file.queries);
  return queries.map((query) => {
    const relevant = Object.entries(query.relevant).map(([id, grade]): [string, number] => [
      id.includes('/') ? id : `skill/${id}`,
      grade,
    ]);
    return { ...query, relevant: Object.fromEntries(relevant) };
  });
}

/** The catalog of the repository with the queries of one part. */
export function loadSearchSet(part: Part): SearchSet {
  const { items } = itemsSchema.parse(readSet('search', 'catalog.yaml'));
  return { items, queries: readQueries(part, 'own') };
}

/**
 * The items of the corpus with the queries of one part. A query about an item that the corpus does not hold is left
 * out; both lists are empty where there is no corpus.
 */
export function loadCorpusSearchSet(part: Part): SearchSet {
  const items = corpusItems();
  const known = new Set(items.map(itemKey));
  const queries = readQueries(part, 'corpus').filter(({ relevant }) =>
    Object.keys(relevant).every((key) => known.has(key)),
  );
  return { items, queries };
}
