import type { z } from 'zod';
import type { BlobStoreConfig } from '@loam/blobs';
import { ConfigReader, type Environment } from './config';
import { databaseConfig, identityConfig, logConfig, objectsConfig, serveConfig } from './environment';

/** What a service that serves has read, by concern. */
export interface ServeConfig<Own extends z.ZodObject> {
  readonly log: z.output<typeof logConfig>;
  readonly database: z.output<typeof databaseConfig>;
  readonly serve: z.output<typeof serveConfig>;
  readonly identity: z.output<typeof identityConfig>;
  readonly objects: BlobStoreConfig | undefined;
  /** What this service alone reads. */
  readonly own: z.output<Own>;
}

interface Reads<Own extends z.ZodObject> {
  readonly name: string;
  readonly environment: Own;
  readonly objects?: boolean;
}

/** Reads all that serving needs. @throws ConfigError */
export function readServeConfig<Own extends z.ZodObject>(
  { name, environment: ownSchema, objects = false }: Reads<Own>,
  environment: Environment,
): ServeConfig<Own> {
  const reader = new ConfigReader(name, environment);
  const log = reader.read(logConfig);
  const database = reader.read(databaseConfig);
  const serve = reader.read(serveConfig);
  const identity = reader.read(identityConfig);
  const stored = objects ? reader.read(objectsConfig) : undefined;
  const own = reader.read(ownSchema);
  reader.check();
  return {
    ...{ log: log(), database: database(), serve: serve(), identity: identity() },
    ...{ objects: stored?.(), own: own() },
  };
}
