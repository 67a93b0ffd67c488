import { EmbeddingsAway, type EmbeddingProvider } from '@loam/embeddings';
import { QueryMeaning } from './query-meaning';

const providerOf = (embed: EmbeddingProvider['embed']): EmbeddingProvider => ({
  ...{ id: 'p', dimensions: 2, least: 0.1, alone: 0.2, duplicate: 0.85, worth: 1, embed },
  check: async () => undefined,
});

describe('the meaning of a query', () => {
  it('is its vector, with what the provider says about vectors', async () => {
    const meaning = new QueryMeaning(providerOf(async () => [Float32Array.from([1, 0])]));
    expect(await meaning.of('text')).toEqual({
      ...{ vector: Int8Array.from([127, 0]), least: 0.1, alone: 0.2, worth: 1 },
    });
  });

  it('is unknown while the provider is away, and a defect is no absence', async () => {
    const failing = (error: Error) => new QueryMeaning(providerOf(() => Promise.reject(error)));
    expect(await failing(new EmbeddingsAway('away')).of('text')).toBeUndefined();
    await expect(failing(new TypeError('defect')).of('text')).rejects.toThrow('defect');
  });
});
