import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import type { EmbeddingProvider } from '@loam/embeddings';
import { followLog, type EventStore, type Follower } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import { meaningText, quantise } from '@loam/search';
import { readBundle } from '@loam/bundles';
import { bundleKey, readStored, searchedBody } from '@loam/uploads';
import type { ReadText, ReadTexts } from '../read-texts';
import type { registryJobs } from '../registry.jobs';
import {
  findUnindexed,
  forgetErased,
  keepTexts,
  unindexedTenants,
  type IndexedText,
  type Unindexed,
} from '../search-documents';
import { itemOf } from './item-of';

interface IndexParts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly provider: EmbeddingProvider;
  readonly texts: ReadTexts;
}

interface Run {
  /** Null: every tenant that lacks something. */
  readonly tenant: string | null;
  readonly signal: AbortSignal;
}

type Items = readonly { readonly kind: string; readonly slug: string }[];

const PAGE = 32;

/** The work of the job: when it has ended, the text of the items is kept and their vectors are the provider's. */
export const indexTexts =
  (parts: IndexParts) =>
  async ({ items }: { readonly items: Items | null }, { tenant, signal }: Run): Promise<void> => {
    const { database, provider } = parts;
    const tenants =
      tenant === null ? await database.system((tx) => unindexedTenants(tx, provider.id)) : [tenant];
    for (const each of tenants) await indexTenant(parts, each, items, signal);
  };

async function indexTenant(
  parts: IndexParts,
  tenant: string,
  items: Items | null,
  signal: AbortSignal,
): Promise<void> {
  const { database, provider } = parts;
  await database.tenant(tenant, forgetErased);
  for (;;) {
    signal.throwIfAborted();
    const page = await database.tenant(tenant, (tx) => findUnindexed(tx, provider.id, items, PAGE));
    if (page.length === 0) return;
    const texts = await textsOf(parts, page, signal);
    await database.tenant(tenant, (tx) => keepTexts(tx, texts));
  }
}

async function textsOf(
  parts: IndexParts,
  page: readonly Unindexed[],
  signal: AbortSignal,
): Promise<IndexedText[]> {
  const { provider } = parts;
  const read: (Unindexed & ReadText)[] = [];
  // One after the other: a bundle may expand to many megabytes.
  for (const item of page) read.push({ ...item, ...(await textOf(parts, item)) });
  const meanings = read.map(({ when_to_use, ...item }) =>
    meaningText({ ...item, whenToUse: when_to_use ?? '' }),
  );
  const vectors = await provider.embed(meanings, signal);
  return read.map(({ kind, slug, version, name, body }, i) => ({
    ...{ kind, slug, version, name, body, provider: provider.id, vector: quantise(vectors[i] ?? []) },
  }));
}

/** What was read at the publication, else what is stored: bytes that we packed ourselves after every check. */
async function textOf({ blobs, texts }: IndexParts, { sha256 }: Unindexed): Promise<ReadText> {
  const known = texts.take(sha256);
  if (known !== undefined) return known;
  const bytes = await readStored(blobs, bundleKey(sha256), sha256);
  const { manifest } = await readBundle(bytes, { deriveDescription: true });
  return { name: manifest.name ?? '', body: searchedBody(manifest.body) };
}

interface OweParts {
  readonly store: EventStore;
  readonly jobs: Jobs<typeof registryJobs>;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1000;
/** A job for each publication would cost more than the work in it. */
const GATHER_MS = 100;

/** Owes the job for the items that events speak of, by the log itself, so that nothing is lost while Redis is away. */
export function oweIndexing({ store, jobs, onError }: OweParts): Follower {
  const follower = followLog({
    ...{ store, name: 'index-texts', pollMs: POLL_MS, gatherMs: GATHER_MS, onError },
    react: async (unit, events) => {
      const items = events.flatMap(({ data }) => itemOf(data) ?? []);
      if (items.length > 0) await jobs.intend(unit, 'indexTexts', events.at(-1)?.id ?? '', { items });
    },
  });
  follower.start();
  return follower;
}
