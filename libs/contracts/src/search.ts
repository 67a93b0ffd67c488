import { z } from 'zod';
import { defineQuery } from './define';
import { neighbourSchema } from './draft-proposal';
import { catalogEntrySchema } from './registry';
import { kindSchema } from './skill';

/** What can be found: `published` is what can be installed; the rest is found only when it is asked for. */
export const foundStatusSchema = z.enum(['published', 'held', 'yanked', 'archived']);
export type FoundStatus = z.output<typeof foundStatusSchema>;

/**
 * `relevance`: how well it matches; use decides between equals. `proven`: 0.4 relevance, 0.4 success rate (one success and
 * one failure are taken for granted) and 0.2 use by orders of magnitude, each 0 to 1. The item that is named comes first.
 */
export const rankSchema = z.enum(['relevance', 'proven']);

/** What a search is narrowed to. */
const narrowing = {
  /** All of these. */
  tags: z.array(z.string()),
  /** Who published the version that is shown. */
  author: z.string().nullable(),
  status: foundStatusSchema,
  limit: z.int().min(1).max(200),
  /** As an earlier answer gave it; null for the first page. */
  cursor: z.string().nullable(),
};

export const SearchSkills = defineQuery('registry.search-skills', 1, {
  summary:
    'List the catalog of one kind by slug; or what holds all words of a query; or what is similar to a text.',
  scope: 'skills:read',
  input: z.object({
    ...narrowing,
    kind: kindSchema,
    query: z.string().nullable(),
    /** Wins over `query`. */
    semantic: z.string().nullable(),
    /** Of the cosine with `semantic`. */
    minSimilarity: z.number().min(0).max(1),
  }),
  output: z.object({
    items: z.array(z.object({ skill: catalogEntrySchema, similarity: z.number().nullable() })),
    next: z.string().nullable(),
  }),
  problems: ['cursor-invalid', 'embeddings-unavailable'],
});

const facetSchema = z.array(z.object({ value: z.string(), count: z.int() }));

/** Of everything that was found, on whatever page; of each the 50 most frequent values. */
export const facetsSchema = z.object({
  kind: facetSchema,
  status: facetSchema,
  author: facetSchema,
  tag: facetSchema,
});

/** A part of an item's text, as plain text: whoever shows it marks `highlights` in it. */
export const snippetSchema = z.object({
  field: z.enum(['description', 'when_to_use', 'body']),
  text: z.string(),
  /** Pairs of beginning and end in `text`, in UTF-16 units. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
});

export const SearchCatalog = defineQuery('registry.search-catalog', 1, {
  summary:
    'Find items by words and meaning, the most relevant first, with facets; without words the most used first.',
  scope: 'skills:read',
  input: z.object({
    ...narrowing,
    /** Null: all kinds. */
    kind: kindSchema.nullable(),
    text: z.string(),
    /** Whether what is similar in meaning is found too. */
    semantic: z.boolean(),
    /** Absent in requests of before there was another order than that of relevance. */
    rank: rankSchema.default('relevance'),
  }),
  output: z.object({
    items: z.array(
      z.object({
        skill: catalogEntrySchema,
        author: z.string(),
        score: z.number(),
        similarity: z.number().nullable(),
        snippet: snippetSchema,
        /** The fields that hold any of the words. */
        matched: z.array(z.string()),
      }),
    ),
    facets: facetsSchema,
    total: z.int(),
    next: z.string().nullable(),
    /** The words as they were taken, where one of them occurs nowhere as it was typed. */
    corrected: z.string().nullable(),
    /** Whether meaning took part: no where the embeddings are away. */
    semantic: z.boolean(),
  }),
  problems: ['cursor-invalid'],
});

export const FindNearDuplicate = defineQuery('registry.find-near-duplicate', 1, {
  summary: 'The published item of any kind that is most similar to one that is not published.',
  scope: 'skills:read',
  input: z.object({
    slug: z.string(),
    name: z.string().nullable(),
    description: z.string(),
    whenToUse: z.string().nullable(),
    tags: z.array(z.string()),
  }),
  output: z.object({ neighbour: neighbourSchema.nullable() }),
  problems: ['embeddings-unavailable'],
});
