import type { BlobStore, BlobStoreConfig } from '@loam/blobs';
import type { EventDefinition } from '@loam/contracts/define';
import type { ServiceName } from '@loam/contracts/operations';
import { EventCatalog, rebuildFromLog, replayCheck, type Projection, type Rebuild } from '@loam/event-store';
import { ConfigReader, type Environment } from './config';
import { databaseConfig, objectsConfig } from './environment';
import { openDatabase } from './open-database';
import type { ReplayLine } from './replay-check';

const LINE_EVERY_MS = 100;

interface Rebuilt {
  readonly name: ServiceName;
  readonly events: readonly EventDefinition[];
  readonly inline: readonly Projection[];
  readonly rebuilds?: (catalog: EventCatalog, blobs: BlobStore) => readonly Rebuild[];
  readonly objects?: boolean;
}

const write = (line: ReplayLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Checks every table of the service against its log and writes JSON lines: the progress, and last the report. */
export async function replayCheckCommand(definition: Rebuilt, environment: Environment): Promise<void> {
  const { name, events, inline } = definition;
  const reader = new ConfigReader(name, environment);
  const config = reader.read(databaseConfig);
  const objects = definition.objects === true ? reader.read(objectsConfig) : undefined;
  reader.check();
  // Whoever asked has gone.
  process.stdout.on('error', end);
  process.on('disconnect', end);
  const catalog = new EventCatalog(events);
  const rebuilds =
    definition.rebuilds === undefined
      ? [rebuildFromLog(catalog, inline)]
      : definition.rebuilds(catalog, await blobsOf(objects?.()));
  const database = await openDatabase(name, config(), 'replay check');
  let written = 0;
  const { tables, differing, differences } = await replayCheck(database, rebuilds, (done, total) => {
    if (performance.now() - written < LINE_EVERY_MS && done < total) return;
    written = performance.now();
    write({ progress: { done, total } });
  });
  write({ report: { tables: [...tables], differing, differences: [...differences] } });
  await database.close();
  process.off('disconnect', end);
  if (process.connected) process.disconnect();
}

async function blobsOf(config: BlobStoreConfig | undefined): Promise<BlobStore> {
  if (config === undefined) throw new Error('this service keeps no objects');
  const { openBlobStore } = await import('@loam/blobs');
  return openBlobStore(config);
}

const end = (): never => process.exit(1);
