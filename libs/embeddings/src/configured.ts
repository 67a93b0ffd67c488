import { z } from 'zod';
import { hashingEmbeddings } from './hashing';
import { onnxEmbeddings } from './onnx';
import { openAiEmbeddings } from './openai';
import type { EmbeddingProvider } from './provider';

/** The variables that choose a provider, for the environment of a service. */
export const embeddingsEnvironment = {
  LOAM_EMBEDDINGS: z
    .enum(['hashing', 'openai', 'onnx'])
    .default('hashing')
    .describe('hashing, openai or onnx: what makes vectors of texts'),
  LOAM_EMBEDDINGS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('with openai: an address up to and without /embeddings'),
  LOAM_EMBEDDINGS_MODEL: z
    .string()
    .optional()
    .describe('with openai: the name of the model; with onnx: its folder'),
  LOAM_EMBEDDINGS_KEY: z.string().optional().describe('with openai: the key, where the endpoint wants one'),
  LOAM_EMBEDDINGS_DIMENSIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(8192)
    .optional()
    .describe('with openai and onnx: how many numbers a vector has, 1 to 8192'),
};

type Config = z.output<z.ZodObject<typeof embeddingsEnvironment>>;

function given<T>(value: T | undefined, variable: string): T {
  if (value === undefined) throw new Error(`${variable} is missing: the chosen embeddings need it`);
  return value;
}

/**
 * The provider that the environment chooses.
 * @throws Error naming the variable that it lacks
 */
export function configuredEmbeddings(config: Config): EmbeddingProvider {
  if (config.LOAM_EMBEDDINGS === 'hashing') return hashingEmbeddings;
  const model = given(config.LOAM_EMBEDDINGS_MODEL, 'LOAM_EMBEDDINGS_MODEL');
  const dimensions = given(config.LOAM_EMBEDDINGS_DIMENSIONS, 'LOAM_EMBEDDINGS_DIMENSIONS');
  if (config.LOAM_EMBEDDINGS === 'onnx') return onnxEmbeddings({ folder: model, dimensions });
  const url = given(config.LOAM_EMBEDDINGS_URL, 'LOAM_EMBEDDINGS_URL');
  return openAiEmbeddings({ url, model, dimensions, key: config.LOAM_EMBEDDINGS_KEY });
}
