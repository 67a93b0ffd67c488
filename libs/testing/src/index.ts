export { eventually } from './eventually';
export { specification } from './specification';
export { testBroker, testRedis } from './test-parts';
export { testPostgres } from './test-postgres';
export { testDatabase, type TestDatabase } from './test-database';
export { testContext, testOccurrence } from './test-context';
export { startModelServer, type ModelServer } from './model-server';
export { documentedPermissions, grantedPermissions } from './permissions';
export { documentedVariables, readVariables } from './variables';
export type { Part } from './labelled/files';
export { loadSafetySamples, type SafetySample } from './labelled/safety-samples';
export { loadSessionSamples, type SessionSample } from './labelled/session-samples';
export { loadCorpusSamples } from './labelled/corpus-samples';
export { loadDuplicatePairs, type DuplicatePair } from './labelled/duplicate-pairs';
export { type CatalogItem } from './labelled/catalog-item';
export {
  loadCorpusSearchSet,
  loadSearchSet,
  type LabelledQuery,
  type SearchSet,
} from './labelled/search-set';
export { ndcgAt, precisionRecall, type Judgement, type PrecisionRecall } from './labelled/measures';
export { corpusFolder } from './labelled/files';
