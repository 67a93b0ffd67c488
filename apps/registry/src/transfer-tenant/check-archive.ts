import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { EventCatalog } from '@loam/event-store';
import type { UploadReader } from '@loam/uploads';
import {
  ArchiveFault,
  BUNDLES,
  digestOf,
  EVENTS,
  MANIFEST,
  manifestSchema,
  NeededBundles,
  type Manifest,
} from './archive';
import { EventCheck } from './check-event';
import { entriesOf, linesOf, wholeOf, type ArchiveEntry } from './read-archive';

interface CheckParts {
  readonly catalog: EventCatalog;
  readonly uploads: UploadReader;
  /** The tenant that the archive is to be of. */
  readonly tenant: string;
  readonly slug: string;
  readonly onProgress: (count: number, total: number) => Promise<void>;
}

const MOST_MANIFEST = 64 * 1024;
/** As much as an upload may have, and what packing it anew may add. */
const MOST_BUNDLE = 12 * 1024 * 1024;

/**
 * Reads a whole archive and finds out whether everything in it is as it says, before anything of it is stored: every
 * digest, every event, every bundle.
 * @throws ArchiveFault
 */
export async function checkArchive(parts: CheckParts, body: Readable): Promise<Manifest> {
  const entries = entriesOf(body);
  const manifest = await readManifest(parts, await nextOf(entries, MANIFEST));
  const needed = await checkEvents(parts, await nextOf(entries, EVENTS), manifest);
  const seen = new Set<string>();
  for await (const entry of entries) {
    seen.add(await checkBundle(parts, entry, needed, seen));
    await parts.onProgress(1, totalOf(manifest));
  }
  const missing = [...needed.keys()].find((sha256) => !seen.has(sha256));
  if (missing !== undefined) throw new ArchiveFault('archive-bundles', `The bundle ${missing} is missing.`);
  return manifest;
}

/** How much there is to do. */
export const totalOf = ({ events, bundles }: Manifest): number => events.count + bundles.count;

async function nextOf(entries: AsyncGenerator<ArchiveEntry>, name: string): Promise<ArchiveEntry> {
  const next = await entries.next();
  if (next.done !== true && next.value.name === name) return next.value;
  throw new ArchiveFault(
    'archive-unreadable',
    `${next.done === true ? 'Nothing' : next.value.name} stands where ${name} belongs.`,
  );
}

async function readManifest({ tenant, slug }: CheckParts, entry: ArchiveEntry): Promise<Manifest> {
  const text = (await wholeOf(entry, MOST_MANIFEST)).toString('utf8');
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new ArchiveFault(
      'archive-manifest',
      `manifest.json: ${parsed.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ')}.`,
    );
  const of = parsed.data.tenant;
  if (of.slug !== slug || of.id !== tenant)
    throw new ArchiveFault(
      'archive-other-tenant',
      `The archive is of the tenant ${of.slug}; it can be imported into that one alone.`,
    );
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function checkEvents(
  { catalog, tenant, onProgress }: CheckParts,
  { content }: ArchiveEntry,
  manifest: Manifest,
): Promise<ReturnType<NeededBundles['all']>> {
  const check = new EventCheck(catalog, tenant);
  const needed = new NeededBundles();
  const hash = createHash('sha256');
  let count = 0;
  for await (const line of linesOf(content, (chunk) => hash.update(chunk))) {
    needed.take(check.read(line).lifted);
    count += 1;
    await onProgress(1, totalOf(manifest));
  }
  if (count !== manifest.events.count)
    throw new ArchiveFault(
      'archive-events',
      `There are ${count} events; the manifest says ${manifest.events.count}.`,
    );
  if (hash.digest('hex') !== manifest.events.sha256)
    throw new ArchiveFault('archive-digest', 'events.ndjson has another digest than the manifest says.');
  const bundles = needed.all();
  if (bundles.size !== manifest.bundles.count || digestOf([...bundles.keys()]) !== manifest.bundles.sha256)
    throw new ArchiveFault('archive-bundles', 'The manifest lists other bundles than the events need.');
  return bundles;
}

/** @returns its digest */
async function checkBundle(
  { uploads }: CheckParts,
  entry: ArchiveEntry,
  needed: ReturnType<NeededBundles['all']>,
  seen: ReadonlySet<string>,
): Promise<string> {
  const sha256 = entry.name.slice(BUNDLES.length);
  const expected = entry.name.startsWith(BUNDLES) ? needed.get(sha256) : undefined;
  if (expected === undefined || seen.has(sha256))
    throw new ArchiveFault('archive-bundles', `Nothing needs the entry ${entry.name.slice(0, 200)}.`);
  const bytes = await wholeOf(entry, MOST_BUNDLE);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new ArchiveFault('archive-digest', `The bundle ${sha256} has another digest.`);
  const reading = await uploads.readBytes(bytes, { deriveDescription: true });
  if (
    reading === undefined ||
    !reading.ok ||
    reading.fingerprint !== expected.fingerprint ||
    bytes.length !== expected.bytes
  )
    throw new ArchiveFault('archive-bundles', `The bundle ${sha256} is not the one that was published.`);
  return sha256;
}
