export type { SearchDocument, Use } from './documents';
export type { FacetCount, Facets } from './facets';
export { HASHING_DIMENSIONS, hashingVector } from './hashing-embedding';
export { meaningText } from './meaning-text';
export { SearchIndex, type Found, type Hit, type Place, type Search } from './search-index';
export { snippetOf, type Snippet } from './snippet';
export { quantise } from './vectors';
