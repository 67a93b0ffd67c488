import { z } from 'zod';
import type { BlobStore } from '@loam/blobs';
import { itemSchema, versionSchema } from '@loam/contracts/skill';
import { isOutage } from '@loam/database';
import {
  hasHistory,
  storedEventSchema,
  type EventContext,
  type EventStore,
  type StoredEvent,
  type UnitOfWork,
} from '@loam/event-store';

import type { Jobs } from '@loam/jobs';
import { bundleKey, transferKey, type UploadReader } from '@loam/uploads';
import { lockBundle } from '../bundle-lock';
import { storePlanText } from '../plan-texts';
import type { registryJobs } from '../registry.jobs';
import { ArchiveFault, BUNDLES, EVENTS, PLANS, type Manifest } from './archive';
import { checkArchive, totalOf } from './check-archive';
import { entriesOf, linesOf } from './read-archive';
import { endTransfer, findTransfer, TransferProgress } from './transfers';

interface ImportParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly uploads: UploadReader;
  readonly jobs: Jobs<typeof registryJobs>;
}

interface Import {
  readonly tenant: string;
  readonly slug: string;
  readonly id: string;
  /** What the job does of its own accord; the events keep their own contexts. */
  readonly context: EventContext;
  readonly signal: AbortSignal;
}

const BATCH = 500;

/**
 * Takes an archive in: all of it is checked first, then its bundles are stored, where they do no harm without a
 * version, and last all events in one transaction with the tables that follow from them, and with the scans that are
 * owed of every version: what an archive says of them is no verdict of ours. Whatever ends the process
 * on the way leaves nothing of the tenant, and the next attempt begins anew. What is wrong with the archive is an
 * answer, which the transfer keeps.
 */
export async function importTenant(parts: ImportParts, work: Import): Promise<void> {
  const { store, blobs } = parts;
  const { tenant, id } = work;
  const key = transferKey(tenant, id);
  const known = await store.database.tenant(tenant, (tx) => findTransfer(tx, id));
  if (known !== undefined && known.status !== 'done' && known.status !== 'failed') {
    const fault = await faultOf(take(parts, work));
    if (fault !== undefined)
      await store.database.tenant(tenant, (tx) =>
        endTransfer(tx, id, { error: { code: fault.code, detail: fault.detail } }),
      );
  }
  await blobs.delete(key);
}

async function take(parts: ImportParts, work: Import): Promise<void> {
  const { store, uploads } = parts;
  const { tenant, slug, id } = work;
  const progress = new TransferProgress(store.database, tenant, id);
  await progress.begin(0);
  const { catalog } = store;
  // Reading everything twice is both halves of the work.
  const onProgress = (count: number, total: number) => progress.add(count, 2 * total);
  const manifest = await checkArchive(
    { catalog, uploads, tenant, slug, onProgress },
    await bodyOf(parts, work),
  );
  await storeObjects(parts, work, () => onProgress(1, totalOf(manifest)));
  await append(parts, work, manifest, (count) => onProgress(count, totalOf(manifest)));
}

async function bodyOf({ blobs }: ImportParts, { tenant, id, signal }: Import) {
  signal.throwIfAborted();
  const archive = await blobs.get(transferKey(tenant, id));
  if (archive === undefined)
    throw new ArchiveFault('archive-unreadable', 'The archive is not there any more.');
  return archive.body;
}

/** Under each digest's lock, so that the sweep does not remove what was unwanted until this moment. */
async function storeObjects(parts: ImportParts, work: Import, onStored: () => Promise<void>): Promise<void> {
  for await (const { name, content, skip } of entriesOf(await bodyOf(parts, work))) {
    if (!name.startsWith(BUNDLES) && !name.startsWith(PLANS)) {
      skip();
      continue;
    }
    work.signal.throwIfAborted();
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    await storeObject(parts, name, Buffer.concat(pieces));
    await onStored();
  }
}

async function storeObject({ store, blobs }: ImportParts, name: string, bytes: Buffer): Promise<void> {
  const { database } = store;
  if (name.startsWith(PLANS)) return storePlanText({ database, blobs }, name.slice(PLANS.length), bytes);
  const sha256 = name.slice(BUNDLES.length);
  await database.tenantless(async (tx) => {
    await lockBundle(tx, sha256);
    await blobs.put(bundleKey(sha256), bytes);
  });
}

async function append(
  parts: ImportParts,
  work: Import,
  { events }: Manifest,
  onAppended: (count: number) => Promise<void>,
): Promise<void> {
  await parts.store.transaction(work.context, async (unit) => {
    if (await hasHistory(unit.tx))
      throw new ArchiveFault('tenant-not-empty', 'Something was published in the tenant meanwhile.');
    if (events.count > 0)
      for await (const batch of eventsOf(parts, work)) {
        await unit.restore(batch);
        await onAppended(batch.length);
      }
    await oweScans(parts, unit, work.id);
    await endTransfer(unit.tx, work.id, {});
  });
}

const scannable = z.array(itemSchema.extend({ version: versionSchema }));

async function oweScans({ jobs }: ImportParts, unit: UnitOfWork, id: string): Promise<void> {
  const rows = await unit.tx.query<unknown[]>(
    `SELECT kind, slug, version FROM skill_versions
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND NOT erased`,
  );
  // One by one, since each has its turn among what the tenant is owed.
  for (const item of scannable.parse(rows))
    await jobs.intend(unit, 'scanVersion', `${id} ${item.kind} ${item.slug} ${item.version}`, item);
}

async function* eventsOf(parts: ImportParts, work: Import): AsyncGenerator<StoredEvent[]> {
  for await (const { name, content, skip } of entriesOf(await bodyOf(parts, work))) {
    if (name !== EVENTS) {
      skip();
      continue;
    }
    yield* batchesOf(
      linesOf(content, () => undefined),
      work.signal,
    );
    return;
  }
}

async function* batchesOf(lines: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<StoredEvent[]> {
  let batch: StoredEvent[] = [];
  for await (const line of lines) {
    batch.push(storedEventSchema.parse(JSON.parse(line)));
    if (batch.length < BATCH) continue;
    signal.throwIfAborted();
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Classes of SQLSTATE that say that the events contradict each other, and would again. */
const CONTRADICTION = /^2[23]/;

async function faultOf(work: Promise<void>): Promise<ArchiveFault | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveFault) return error;
    if (!isOutage(error) && CONTRADICTION.test(sqlStateOf(error)))
      return new ArchiveFault(
        'archive-events',
        `The events contradict each other: ${error instanceof Error ? error.message : ''}.`,
      );
    throw error;
  }
}

const sqlStateOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
