import { configuredEmbeddings, type EmbeddingProvider } from '@loam/embeddings';

type Config = Parameters<typeof configuredEmbeddings>[0];

const providers = new WeakMap<Config, EmbeddingProvider>();

/** The provider of this process: one, since it may hold a model in memory. */
export function embeddingsOf(config: Config): EmbeddingProvider {
  const known = providers.get(config) ?? configuredEmbeddings(config);
  providers.set(config, known);
  return known;
}
