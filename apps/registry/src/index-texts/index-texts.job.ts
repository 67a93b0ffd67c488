import type { BlobStore } from '@loam/blobs';
import type { Database } from '@loam/database';
import type { EmbeddingProvider } from '@loam/embeddings';
import { followLog, type EventStore, type Follower } from '@loam/event-store';
import type { Jobs } from '@loam/jobs';
import { quantise } from '@loam/search';
import { bundleKey, readSkillMd } from '@loam/uploads';
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
import { bodyOf } from './body-of';

interface IndexParts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly provider: EmbeddingProvider;
}

interface Run {
  /** Null: every tenant that lacks something. */
  readonly tenant: string | null;
  readonly signal: AbortSignal;
}

type Items = readonly { readonly kind: string; readonly slug: string }[];

const PAGE = 32;

/** What the vector stands for: what the item says it is for. */
const meaningOf = ({ slug, description, when_to_use, tags }: Unindexed): string =>
  [slug.replaceAll('-', ' '), description, when_to_use ?? '', tags.join(' ')].join('\n');

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
  { blobs, provider }: IndexParts,
  page: readonly Unindexed[],
  signal: AbortSignal,
): Promise<IndexedText[]> {
  const vectors = await provider.embed(page.map(meaningOf), signal);
  const texts: IndexedText[] = [];
  for (const [i, { kind, slug, version, sha256 }] of page.entries()) {
    const body = bodyOf(await readSkillMd(blobs, bundleKey(sha256), sha256));
    texts.push({ kind, slug, version, body, provider: provider.id, vector: quantise(vectors[i] ?? []) });
  }
  return texts;
}

interface OweParts {
  readonly store: EventStore;
  readonly jobs: Jobs<typeof registryJobs>;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1000;

/** Owes the job for the items that events speak of, by the log itself, so that nothing is lost while Redis is away. */
export function oweIndexing({ store, jobs, onError }: OweParts): Follower {
  const follower = followLog({
    ...{ store, name: 'index-texts', pollMs: POLL_MS, onError },
    react: async (unit, events) => {
      const items = events.flatMap(({ data }) => itemOf(data) ?? []);
      if (items.length > 0) await jobs.intend(unit, 'indexTexts', events.at(-1)?.id ?? '', { items });
    },
  });
  follower.start();
  return follower;
}
