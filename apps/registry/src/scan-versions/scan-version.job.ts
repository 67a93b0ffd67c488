import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { BlobStore } from '@loam/blobs';
import type { Finding } from '@loam/contracts/registry';
import { itemSchema, sha256Schema, versionSchema } from '@loam/contracts/skill';
import type { EventContext, EventStore } from '@loam/event-store';
import { bundleKey, readStored, type UploadReader } from '@loam/uploads';
import { aboutName, withNameFindings } from '../name-concerns';
import { capabilitiesBefore, findingsOf, metadataOf, recordedScan } from '../safety.queries';
import { skillEvents, skillStream } from '../skill.stream';
import { recordScan } from './record-scan.decider';

export interface ScanParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  /** With a thread of its own and more time than an upload has. */
  readonly scanner: UploadReader;
}

const scannable = itemSchema.extend({ version: versionSchema, sha256: sha256Schema });
export type Scannable = z.output<typeof scannable>;

/**
 * Scans the stored bytes of a version and tells what came of it, unless the last scan came to the same.
 * @param concerns about its name; without them those that the last scan told
 * @throws Error when the bytes are away, or the scanner dies or takes too long
 */
export async function scanStored(
  { store, blobs, scanner }: ScanParts,
  item: Scannable,
  context: EventContext,
  concerns?: readonly Finding[],
): Promise<void> {
  const { kind, slug, version, sha256 } = item;
  const { previous, named, metadata, recorded } = await store.database.tenant(context.tenant, async (tx) => ({
    previous: await capabilitiesBefore(tx, item),
    named: concerns ?? aboutName(await findingsOf(tx, item)),
    metadata: await metadataOf(tx, item),
    recorded: await recordedScan(tx, item),
  }));
  const bytes = await readStored(blobs, bundleKey(sha256), sha256);
  // These bytes were published: whoever had to write a description had done so then.
  const reading = await scanner.readBytes(bytes, { deriveDescription: true, scan: { previous, metadata } });
  if (reading?.ok !== true || reading.scan === null) {
    const fault = reading?.ok === true ? reading.scanFault : 'the bundle could not be read';
    throw new Error(`${kind} ${slug} ${version} was not scanned: ${fault ?? 'no reason given'}`);
  }
  const scan = withNameFindings(reading.scan, named);
  if (isDeepStrictEqual(scan, recorded)) return;
  await store.execute(context, {
    stream: skillStream(context.tenant, item),
    events: skillEvents,
    decider: recordScan,
    command: { kind, slug, version, sha256, scan },
  });
}

/** The work of the job: a version that was published while the scanner could not tell. */
export async function scanVersion(
  parts: ScanParts,
  {
    kind,
    slug,
    version,
    named,
  }: Omit<Scannable, 'sha256'> & { readonly named?: readonly Finding[] | undefined },
  context: EventContext,
): Promise<void> {
  const rows = await parts.store.database.tenant(context.tenant, (tx) =>
    tx.query<unknown[]>(
      `SELECT kind, slug, version, sha256 FROM skill_versions
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND version = $3
         AND NOT erased`,
      [kind, slug, version],
    ),
  );
  const [item] = z.array(scannable).parse(rows);
  if (item !== undefined) await scanStored(parts, item, context, named);
}

/** What the registry does by itself. */
export const contextOf = (tenant: string, correlationId: string): EventContext => ({
  ...{ tenant, actor: { type: 'service', id: 'registry' }, correlationId },
  ...{ causationId: null, traceparent: null },
});
