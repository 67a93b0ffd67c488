import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { BlobStoreConfig } from '@loam/blobs';
import { serviceNameSchema } from '@loam/contracts/operations';
import { logLevels } from './log';
import { reasonOf } from './reason';

const urlOf = (protocol: RegExp, description: string) => z.url({ protocol }).describe(description);
const postgresUrl = (role: string) =>
  urlOf(/^postgres(ql)?$/, `the connection URL of the service's ${role} role (postgres://…)`);
const wholeNumber = (least: number, most: number, description: string) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(most)
    .describe(`${description}, ${String(least)} to ${String(most)}`);

/** What each way of running a program needs. */
export const logConfig = z.object({
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
});

/** What migrating needs: the owner of the tables, whom nothing else ever connects as. */
export const migrateConfig = z.object({ DATABASE_OWNER_URL: postgresUrl('owner') });

export const databaseConfig = z.object({
  DATABASE_URL: postgresUrl('app'),
  DATABASE_SYSTEM_URL: postgresUrl('system'),
  LOAM_DATABASE_POOL: wholeNumber(1, 200, 'how many connections the app role may hold').default(10),
});

export const serveConfig = z.object({
  NATS_URL: z.string().describe('the URL of the NATS servers (nats://…), several with commas between'),
  REDIS_URL: urlOf(/^rediss?$/, 'the URL of the Redis server (redis://… or rediss://…)'),
  LOAM_HEALTH_HOST: z.string().default('127.0.0.1').describe('the address for probes and metrics'),
  LOAM_HEALTH_PORT: wholeNumber(0, 65535, 'the port for probes and metrics (0: any free one)').default(0),
  LOAM_SHUTDOWN_SECONDS: wholeNumber(1, 600, 'how many seconds ending may take').default(12),
  LOAM_JOBS_RECONCILE_SECONDS: wholeNumber(1, 3600, 'how often lost jobs are looked for, in seconds').default(
    30,
  ),
  LOAM_JOBS_LEASE_SECONDS: wholeNumber(
    1,
    3600,
    'how long the job of a process that died is left alone, in seconds',
  ).default(6),
});

const pem = z.string().startsWith('-----BEGIN ');
const publicKeys = z.partialRecord(
  serviceNameSchema,
  z.union([pem, z.array(pem).min(1)]).transform((keys) => [keys].flat()),
);

const KEYS = 'a JSON file that gives each service its public key in PEM, or a list of two during rotation';

const readKeys = (file: string, context: z.RefinementCtx): z.output<typeof publicKeys> => {
  try {
    return publicKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? 'its content is not of that form' : reasonOf(error);
    context.addIssue({ code: 'custom', message: `${KEYS}; ${why}` });
    return z.NEVER;
  }
};

const PRIVATE_KEY = "the service's Ed25519 private key in PEM";

const readPrivateKey = (file: string, context: z.RefinementCtx): string => {
  try {
    return pem.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof z.ZodError ? 'its content is no PEM' : reasonOf(error);
    context.addIssue({ code: 'custom', message: `a file with ${PRIVATE_KEY}; ${why}` });
    return z.NEVER;
  }
};

/** The service's own key, and the keys of those whose word it takes. */
export const identityConfig = z
  .object({
    LOAM_IDENTITY_PRIVATE_KEY: pem.optional().describe(PRIVATE_KEY),
    LOAM_IDENTITY_PRIVATE_KEY_FILE: z.string().transform(readPrivateKey).optional(),
    LOAM_IDENTITY_KEYS_FILE: z.string().describe(KEYS).transform(readKeys).describe(KEYS),
  })
  .transform((read, context) => {
    const privateKey = read.LOAM_IDENTITY_PRIVATE_KEY ?? read.LOAM_IDENTITY_PRIVATE_KEY_FILE;
    if (privateKey !== undefined) return { privateKey, publicKeys: read.LOAM_IDENTITY_KEYS_FILE };
    context.addIssue({
      code: 'custom',
      path: ['LOAM_IDENTITY_PRIVATE_KEY'],
      message: `${PRIVATE_KEY}, or LOAM_IDENTITY_PRIVATE_KEY_FILE a file with it`,
    });
    return z.NEVER;
  });

const s3 = {
  S3_ENDPOINT: urlOf(/^https?$/, 'the URL of the S3 server (https://…)').optional(),
  S3_REGION: z.string().default('us-east-1').describe('the region of the bucket'),
  S3_BUCKET: z.string().optional().describe('the bucket for objects'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('the id of the access key'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('the access key'),
  S3_FORCE_PATH_STYLE: z.stringbool().default(false).describe('true or false'),
  S3_PREFIX: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/)
    .default('')
    .describe('what every key begins with, such as loam or team/loam'),
};

/** Where objects are kept: a bucket, or else a folder. */
export const objectsConfig = z
  .object({ LOAM_BLOBS_DIR: z.string().optional().describe('the folder for objects'), ...s3 })
  .transform((read, context): BlobStoreConfig => {
    const missing = (variable: string, message: string): never => {
      context.addIssue({ code: 'custom', path: [variable], message });
      return z.NEVER;
    };
    if (read.S3_BUCKET === undefined) {
      if (read.S3_ENDPOINT !== undefined) return missing('S3_BUCKET', 'the bucket for objects');
      if (read.LOAM_BLOBS_DIR !== undefined) return { driver: 'filesystem', root: read.LOAM_BLOBS_DIR };
      return missing('LOAM_BLOBS_DIR', 'the folder for objects, unless S3_BUCKET names a bucket');
    }
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = read;
    if (accessKeyId === undefined && secretAccessKey !== undefined)
      return missing('S3_ACCESS_KEY_ID', 'the id that belongs to S3_SECRET_ACCESS_KEY');
    if (accessKeyId !== undefined && secretAccessKey === undefined)
      return missing('S3_SECRET_ACCESS_KEY', 'the key that belongs to S3_ACCESS_KEY_ID');
    return {
      ...{ driver: 's3', endpoint: read.S3_ENDPOINT, region: read.S3_REGION, bucket: read.S3_BUCKET },
      ...{ accessKeyId, secretAccessKey, forcePathStyle: read.S3_FORCE_PATH_STYLE, prefix: read.S3_PREFIX },
    };
  });
