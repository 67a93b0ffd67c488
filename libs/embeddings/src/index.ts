export { configuredEmbeddings, embeddingsEnvironment } from './configured';
export { EmbeddingsAway, type EmbeddingProvider } from './provider';
