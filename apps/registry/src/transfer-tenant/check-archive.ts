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
  NeededPlans,
  PLANS,
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
/** As much as a plan may have, and what making Markdown of a page may add. */
const MOST_PLAN = 12 * 1024 * 1024;

/**
 * Reads a whole archive and finds out whether everything in it is as it says, before anything of it is stored: every
 * digest, every event, every bundle.
 * @throws ArchiveFault
 */
export async function checkArchive(parts: CheckParts, body: Readable): Promise<Manifest> {
  const entries = entriesOf(body);
  try {
    return await checkEntries(parts, entries);
  } finally {
    await entries.return(undefined);
  }
}

async function checkEntries(parts: CheckParts, entries: AsyncGenerator<ArchiveEntry>): Promise<Manifest> {
  const manifest = await readManifest(parts, await nextOf(entries, MANIFEST));
  const needed = await checkEvents(parts, await nextOf(entries, EVENTS), manifest);
  const seen = new Set<string>();
  for await (const entry of entries) {
    if (seen.has(entry.name)) throw unneeded(entry);
    await checkObject(parts, entry, needed);
    seen.add(entry.name);
    await parts.onProgress(1, totalOf(manifest));
  }
  const missing = (prefix: string, objects: ReadonlyMap<string, unknown>) =>
    [...objects.keys()].find((sha256) => !seen.has(`${prefix}${sha256}`));
  const bundle = missing(BUNDLES, needed.bundles);
  if (bundle !== undefined) throw new ArchiveFault('archive-bundles', `The bundle ${bundle} is missing.`);
  const plan = missing(PLANS, needed.plans);
  if (plan !== undefined) throw new ArchiveFault('archive-bundles', `The plan ${plan} is missing.`);
  return manifest;
}

/** How much there is to do. */
export const totalOf = ({ events, bundles, plans }: Manifest): number =>
  events.count + bundles.count + plans.count;

/** What the events need besides themselves, by digest. */
interface NeededObjects {
  readonly bundles: ReturnType<NeededBundles['all']>;
  readonly plans: ReturnType<NeededPlans['all']>;
}

const unneeded = ({ name }: ArchiveEntry): ArchiveFault =>
  new ArchiveFault('archive-bundles', `Nothing needs the entry ${name.slice(0, 200)}.`);

/** Whether the manifest tells of the same objects. */
const isSummedUp = (objects: ReadonlyMap<string, unknown>, summary: Manifest['bundles']): boolean =>
  objects.size === summary.count && digestOf([...objects.keys()]) === summary.sha256;

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
): Promise<NeededObjects> {
  const check = new EventCheck(catalog, tenant);
  const neededBundles = new NeededBundles();
  const neededPlans = new NeededPlans();
  const hash = createHash('sha256');
  let count = 0;
  for await (const line of linesOf(content, (chunk) => hash.update(chunk))) {
    const { lifted } = check.read(line);
    neededBundles.take(lifted);
    neededPlans.take(lifted);
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
  const bundles = neededBundles.all();
  const plans = neededPlans.all();
  if (!isSummedUp(bundles, manifest.bundles))
    throw new ArchiveFault('archive-bundles', 'The manifest lists other bundles than the events need.');
  if (!isSummedUp(plans, manifest.plans))
    throw new ArchiveFault('archive-bundles', 'The manifest lists other plans than the events need.');
  return { bundles, plans };
}

const checkObject = (
  parts: CheckParts,
  entry: ArchiveEntry,
  { bundles, plans }: NeededObjects,
): Promise<void> =>
  entry.name.startsWith(PLANS) ? checkPlan(entry, plans) : checkBundle(parts, entry, bundles);

async function checkPlan(entry: ArchiveEntry, needed: NeededObjects['plans']): Promise<void> {
  const sha256 = entry.name.slice(PLANS.length);
  const expected = needed.get(sha256);
  if (expected === undefined) throw unneeded(entry);
  const bytes = await wholeOf(entry, MOST_PLAN);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new ArchiveFault('archive-digest', `The plan ${sha256} has another digest.`);
  if (bytes.length !== expected.bytes)
    throw new ArchiveFault('archive-bundles', `The plan ${sha256} is not the one that was imported.`);
}

async function checkBundle(
  { uploads }: CheckParts,
  entry: ArchiveEntry,
  needed: NeededObjects['bundles'],
): Promise<void> {
  const sha256 = entry.name.slice(BUNDLES.length);
  const expected = entry.name.startsWith(BUNDLES) ? needed.get(sha256) : undefined;
  if (expected === undefined) throw unneeded(entry);
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
}
