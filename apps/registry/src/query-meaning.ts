import { EmbeddingsAway, type EmbeddingProvider } from '@loam/embeddings';
import { quantise } from '@loam/search';

/** What a search may be told of a query's meaning. */
interface Semantic {
  readonly vector: Int8Array;
  readonly least: number;
  readonly alone: number;
  readonly worth: number;
}

/** A search waits this long for the meaning of its query. */
const PATIENCE_MS = 1500;

/** Turns queries into vectors. */
export class QueryMeaning {
  constructor(private readonly provider: EmbeddingProvider) {}

  /** The least cosine at which two items say the same. */
  get duplicate(): number {
    return this.provider.duplicate;
  }

  /** @returns undefined when the provider is away: words are found without it */
  async of(text: string): Promise<Semantic | undefined> {
    const { least, alone, worth } = this.provider;
    try {
      const [vector] = await this.provider.embed([text], AbortSignal.timeout(PATIENCE_MS));
      return vector === undefined ? undefined : { vector: quantise(vector), least, alone, worth };
    } catch (error) {
      if (error instanceof EmbeddingsAway) return undefined;
      throw error;
    }
  }
}
