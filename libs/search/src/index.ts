export type { Narrowing, SearchDocument, Use } from './documents';
export type { FacetCount, Facets } from './facets';
export { SIMILAR_DEPTH, type Neighbour, type Semantic } from './fuse';
export { HASHING_DIMENSIONS, hashingVector } from './hashing-embedding';
export { meaningText } from './meaning-text';
export { placeOf, SearchIndex, type Found, type Hit, type Place, type Search } from './search-index';
export { snippetOf, type Snippet } from './snippet';
export { quantise } from './vectors';
