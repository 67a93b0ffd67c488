import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import type { BlobStore } from '@loam/blobs';
import {
  lift,
  readTenantLog,
  start,
  type EventStore,
  type Position,
  type StoredEvent,
} from '@loam/event-store';
import type { Clock } from '@loam/kernel';
import { bundleKey, readStored, transferKey } from '@loam/uploads';
import { BUNDLES, digestOf, EVENTS, MANIFEST, NeededBundles, type Manifest } from './archive';
import { endTransfer, findTransfer, TransferProgress } from './transfers';

interface ExportParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** How long the archive is kept, in ms. */
  readonly keptMs: number;
}

interface Export {
  readonly tenant: string;
  readonly slug: string;
  readonly id: string;
  readonly signal: AbortSignal;
}

const BATCH = 500;

const lineOf = (event: StoredEvent): string => `${JSON.stringify(event)}\n`;

/** The log as far as it was when the export began. */
interface Survey {
  readonly manifest: Manifest;
  readonly digests: readonly string[];
  readonly end: Position;
}

/** Writes everything that a tenant's catalog is made of into one archive: the same log makes the same bytes. */
export async function exportTenant(parts: ExportParts, work: Export): Promise<void> {
  const { store, blobs, clock, keptMs } = parts;
  const { database } = store;
  const { tenant, id, signal } = work;
  const known = await database.tenant(tenant, (tx) => findTransfer(tx, id));
  if (known === undefined || known.status === 'done') return;
  const survey = await surveyLog(parts, work);
  const progress = new TransferProgress(database, tenant, id);
  const total = survey.manifest.events.count + survey.manifest.bundles.count;
  await progress.begin(total);
  const archive = pack();
  const writing = writeArchive(parts, work, archive, survey, (count) => progress.add(count, total)).catch(
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error('the archive could not be written'));
    },
  );
  const { sha256, bytes } = await blobs.put(transferKey(tenant, id), Readable.from(archive), { signal });
  await writing;
  const expiresAt = new Date(clock().getTime() + keptMs);
  await database.tenant(tenant, (tx) => endTransfer(tx, id, { sha256, bytes, expiresAt }));
}

async function* logOf(
  { store: { database } }: ExportParts,
  { tenant, signal }: Export,
  end?: Position,
): AsyncGenerator<{ event: StoredEvent; at: Position }> {
  for (let at = start; ;) {
    signal.throwIfAborted();
    const after = at;
    const batch = await database.tenant(tenant, (tx) => readTenantLog(tx, after, BATCH));
    for (const read of batch) {
      yield read;
      if (read.at.position === end?.position && read.at.transactionId === end.transactionId) return;
    }
    const last = batch.at(-1);
    if (last === undefined) return;
    at = last.at;
  }
}

async function surveyLog(parts: ExportParts, work: Export): Promise<Survey> {
  const hash = createHash('sha256');
  const needed = new NeededBundles();
  let [count, bytes, end] = [0, 0, start];
  for await (const { event, at } of logOf(parts, work)) {
    const line = lineOf(event);
    hash.update(line);
    count += 1;
    bytes += Buffer.byteLength(line);
    end = at;
    needed.take(lift(parts.store.catalog, event));
  }
  const bundles = needed.all();
  const digests = [...bundles.keys()];
  const manifest: Manifest = {
    ...{ format: 'loam-tenant', version: 1, tenant: { slug: work.slug, id: work.tenant } },
    events: { count, bytes, sha256: hash.digest('hex') },
    bundles: {
      count: digests.length,
      bytes: [...bundles.values()].reduce((sum, bundle) => sum + bundle.bytes, 0),
      sha256: digestOf(digests),
    },
  };
  return { manifest, digests, end };
}

const header = (name: string, size: number) => ({
  name,
  size,
  mode: 0o644,
  mtime: new Date(0),
  type: 'file' as const,
});

async function writeArchive(
  parts: ExportParts,
  work: Export,
  archive: Pack,
  { manifest, digests, end }: Survey,
  onProgress: (count: number) => Promise<void>,
): Promise<void> {
  const about = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  archive.entry(header(MANIFEST, about.length), about);
  const events = archive.entry(header(EVENTS, manifest.events.bytes));
  if (manifest.events.count > 0)
    for await (const { event } of logOf(parts, work, end)) {
      if (!events.write(lineOf(event))) await drained(events);
      await onProgress(1);
    }
  events.end(null);
  for (const sha256 of digests) {
    work.signal.throwIfAborted();
    const bytes = await readStored(parts.blobs, bundleKey(sha256), sha256);
    await new Promise<void>((resolve, reject) => {
      archive.entry(header(`${BUNDLES}${sha256}`, bytes.length), bytes, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
    await onProgress(1);
  }
  archive.finalize();
}

const drained = (sink: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve, reject) => {
    sink.once('drain', resolve);
    sink.once('error', reject);
    sink.once('close', resolve);
  });
