import { z } from 'zod';
import { EmbeddingsAway, MODEL_DUPLICATE, type EmbeddingProvider } from './provider';

export interface OpenAiOptions {
  /** Up to and without `/embeddings`, such as `https://api.openai.com/v1`. */
  readonly url: string;
  readonly model: string;
  readonly key: string | undefined;
  readonly dimensions: number;
}

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })),
});

/** How many texts go into one request. */
const BATCH = 64;
const TIMEOUT_MS = 15_000;
/** Characters; models cut at some thousand tokens, and some refuse instead. */
const LONGEST = 16_000;

/** Any endpoint that speaks OpenAI's `POST /embeddings`. */
export function openAiEmbeddings({ url, model, key, dimensions }: OpenAiOptions): EmbeddingProvider {
  const endpoint = `${url.replace(/\/$/, '')}/embeddings`;
  const ask = async (texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, input: texts.map((text) => text.slice(0, LONGEST)) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new EmbeddingsAway(`the embeddings endpoint answered ${String(response.status)}`);
    const { data } = answerSchema.parse(await response.json());
    const vectors = data
      .sort((a, b) => a.index - b.index)
      .map(({ embedding }) => Float32Array.from(embedding));
    if (vectors.length !== texts.length) throw new EmbeddingsAway('the answer is not one vector per text');
    const other = vectors.find((vector) => vector.length !== dimensions);
    if (other !== undefined)
      throw new EmbeddingsAway(
        `the vectors of ${model} have ${String(other.length)} numbers and not the configured ${String(dimensions)}`,
      );
    return vectors;
  };
  return {
    ...{ id: `openai:${model}:${String(dimensions)}`, dimensions, least: 0.3, alone: 0.45, worth: 1 },
    duplicate: MODEL_DUPLICATE,
    // It may be away when the service starts; words are searched without it.
    check: async () => undefined,
    embed: async (texts, signal) => {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += BATCH)
        vectors.push(...(await ask(texts.slice(from, from + BATCH), signal).catch(rethrow)));
      return vectors;
    },
  };
}

function rethrow(error: unknown): never {
  if (error instanceof EmbeddingsAway) throw error;
  throw new EmbeddingsAway('the embeddings endpoint did not answer as it should', { cause: error });
}
