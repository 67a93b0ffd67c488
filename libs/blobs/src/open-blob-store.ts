import { z } from 'zod';
import type { BlobStore } from './blob-store';
import { FilesystemBlobs } from './filesystem-blobs';
import { S3Blobs } from './s3-blobs';

/** Where objects are kept. `prefix` is put in front of each key, with a slash, so that services can share a bucket. */
export const blobStoreConfigSchema = z.discriminatedUnion('driver', [
  z.object({ driver: z.literal('filesystem'), root: z.string().min(1) }),
  z
    .object({
      driver: z.literal('s3'),
      endpoint: z.url({ protocol: /^https?$/ }).optional(),
      region: z.string().min(1),
      bucket: z.string().min(1),
      accessKeyId: z.string().min(1).optional(),
      secretAccessKey: z.string().min(1).optional(),
      forcePathStyle: z.boolean().default(false),
      prefix: z
        .string()
        .max(200)
        .regex(/^[\w.-]+(\/[\w.-]+)*$/)
        .or(z.literal(''))
        .default(''),
    })
    .refine((config) => (config.accessKeyId === undefined) === (config.secretAccessKey === undefined), {
      error: 'accessKeyId and secretAccessKey come together',
    }),
]);
export type BlobStoreConfig = z.output<typeof blobStoreConfigSchema>;

/** The store that the configuration names. It is not asked anything yet: {@link BlobStore.ping} does that. */
export const openBlobStore = (config: BlobStoreConfig): BlobStore =>
  config.driver === 'filesystem' ? new FilesystemBlobs(config) : new S3Blobs(config);
