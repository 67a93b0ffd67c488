import { HASHING_DIMENSIONS, hashingVector } from '@loam/search';
import type { EmbeddingProvider } from './provider';

/** Vectors of the words and letters of a text. Needs nothing, and knows nothing of meaning. */
export const hashingEmbeddings: EmbeddingProvider = {
  id: 'hashing-v1',
  dimensions: HASHING_DIMENSIONS,
  least: 0.25,
  worth: 0.4,
  check: async () => undefined,
  embed: async (texts) => texts.map(hashingVector),
};
