export type { BlobInfo, BlobStore, PutOptions, SignOptions, StoredBlob } from './blob-store';
export { BlobCorrupt, BlobMissing, BlobTooLarge, BlobsUnavailable } from './blob-errors';
export { blobStoreConfigSchema, openBlobStore, type BlobStoreConfig } from './open-blob-store';
