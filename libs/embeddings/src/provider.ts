/** Turns texts into vectors whose angle says how close the texts are. */
export interface EmbeddingProvider {
  /** Names what made a vector: two vectors are compared only where these are equal. */
  readonly id: string;
  /** How many numbers a vector has. */
  readonly dimensions: number;
  /** The least cosine at which two texts have something to do with each other. */
  readonly least: number;
  /** The least at which one of them is found by the other without a word in common. */
  readonly alone: number;
  /** The least at which two items say the same. */
  readonly duplicate: number;
  /** What a place in a list by similarity is worth, against one in a list by words: 1 for what knows meanings. */
  readonly worth: number;
  /** Rejects where it could not work; for a start, so that a wrong configuration shows at once. */
  check(): Promise<void>;
  /**
   * One vector per text, in order.
   * @throws EmbeddingsAway when the provider cannot be reached or answers with something else
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/** From which cosine on vectors of a model stand for the same: what skill-pool takes. */
export const MODEL_DUPLICATE = 0.85;

/** The provider did not answer, or not with vectors. Trying again later may help. */
export class EmbeddingsAway extends Error {}
