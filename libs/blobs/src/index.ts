export type { BlobInfo, BlobStore, PutOptions, SignOptions, StoredBlob } from './blob-store';
export { BlobCorrupt, BlobTooLarge, BlobsUnavailable } from './blob-errors';
export { S3Signer } from './s3-signer';
export { openBlobStore, type BlobStoreConfig } from './open-blob-store';
