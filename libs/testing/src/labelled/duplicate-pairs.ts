import { z } from 'zod';
import { type Part, readPart } from './files';

const item = z.strictObject({ slug: z.string(), description: z.string() });
const pairSchema = z.strictObject({ same: z.boolean(), one: item, other: item });
/** Two items, and whether they say the same. */
export type DuplicatePair = z.output<typeof pairSchema>;

/** The labelled pairs of one part. */
export const loadDuplicatePairs = (part: Part): DuplicatePair[] =>
  readPart('duplicates', part).flatMap(
    (file) => z.strictObject({ pairs: pairSchema.array() }).parse(file).pairs,
  );
