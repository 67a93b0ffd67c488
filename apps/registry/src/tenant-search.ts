import { presentPlace, type Place } from '@loam/event-store';
import type { Database } from '@loam/database';
import { SIMILAR_DEPTH, type Found, type Search, type SearchDocument } from '@loam/search';
import { keyOf } from './found-entries';
import { searchChanges, type Touched } from './search-changes';
import type { EngineAnswer, EngineTask } from './search-engine';
import { documentsOf, largestTenants, nextDocuments, usesOf, type VectorSource } from './search-rows';
import {
  nearestStored,
  similaritiesOf,
  similarStored,
  type SimilarPage,
  type SimilarSearch,
} from './stored-vectors';

interface TenantSearchOptions {
  readonly database: Pick<Database, 'tenant' | 'system'>;
  /** Does a task in the thread that holds the indexes. */
  readonly run: (task: EngineTask) => Promise<EngineAnswer>;
  readonly provider: { readonly id: string; readonly dimensions: number };
  /** Whether the database compares the vectors; else the indexes hold them. */
  readonly storedVectors: boolean;
  /** How much memory all indexes together may take; the least recently searched tenants make room. */
  readonly mostBytes: number;
}

interface TenantIndex {
  /** What the engine knows it by; a tenant's next index has another name. */
  readonly name: string;
  place: Place;
  bytes: number;
  /** The look at what is new that is under way. */
  looking: Promise<boolean> | undefined;
  /** The look that begins when that one has ended, for all who ask meanwhile. */
  next: Promise<boolean> | undefined;
}

/** How many items are read at once, and how many the thread is given at once: searches come in between. */
const PAGE = 1000;
const PORTION = 100;
/** Beyond this, reading everything anew is quicker than finding out what is new. */
const MOST_CHANGES = 5000;
const ATTEMPTS = 3;
/** How many tenants are read before they are asked for. */
const WARMED = 20;

/** The tenants' catalogs as they are searched: in memory, from Postgres, as new as the moment of the question. */
export class TenantSearch {
  /** Least recently searched first. */
  private readonly tenants = new Map<string, Promise<TenantIndex>>();
  private readonly ready = new Map<string, TenantIndex>();
  private opened = 0;

  constructor(private readonly options: TenantSearchOptions) {}

  /** Finds in what was committed when this was called. */
  async search(tenant: string, search: Search): Promise<Found> {
    const { database, provider, storedVectors } = this.options;
    const { semantic, narrowing, after } = search;
    if (!storedVectors || semantic === null) return this.searchIndex(tenant, search);
    const { vector, least } = semantic;
    const asked = { provider: provider.id, vector, least, narrowing, asOf: after?.asOf ?? null };
    const nearest = await database.tenant(tenant, (tx) =>
      nearestStored(tx, { ...asked, after: null, limit: SIMILAR_DEPTH }),
    );
    const found = await this.searchIndex(tenant, { ...search, semantic: { ...semantic, nearest } });
    const told = await database.tenant(tenant, (tx) => similaritiesOf(tx, asked, found.hits));
    const similarities = new Map(told.map((each) => [keyOf(each), each.similarity]));
    const hits = found.hits.map((hit) => ({ ...hit, similarity: similarities.get(keyOf(hit)) ?? null }));
    return { ...found, hits };
  }

  /** What is similar in what was committed when this was called, the most similar first. */
  async similar(tenant: string, search: SimilarSearch): Promise<SimilarPage> {
    const { database, provider, storedVectors } = this.options;
    return storedVectors
      ? database.tenant(tenant, (tx) => similarStored(tx, provider.id, search))
      : this.searchIndex(tenant, { ...search, mode: 'similar', text: '', facets: false });
  }

  private async searchIndex(tenant: string, search: Search): Promise<Found> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const opened = this.open(tenant);
      const index = await opened;
      if (await this.lookForNews(tenant, index)) {
        const { found } = await this.options.run({ task: 'search', tenant: index.name, search });
        if (found !== null) return found;
      }
      // The thread was started anew, this tenant had to make room, or too much is new.
      if (this.tenants.get(tenant) === opened) await this.forget(tenant);
    }
    throw new Error('the index of the tenant does not stay in memory');
  }

  /**
   * Reads the largest catalogs before anybody asks, as long as they leave half of the memory free: a first search of
   * a large one would wait for longer than its caller.
   */
  async warm(): Promise<void> {
    const { database, mostBytes } = this.options;
    for (const tenant of await database.system((tx) => largestTenants(tx, WARMED))) {
      if (this.usedBytes > mostBytes / 2) return;
      await this.open(tenant);
    }
  }

  private get source(): VectorSource {
    const { provider, storedVectors } = this.options;
    return { id: provider.id, held: !storedVectors };
  }

  private get usedBytes(): number {
    return [...this.ready.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private open(tenant: string): Promise<TenantIndex> {
    const known = this.tenants.get(tenant);
    const index = known ?? this.load(tenant);
    this.tenants.delete(tenant);
    this.tenants.set(tenant, index);
    if (known === undefined)
      index.catch(() => {
        if (this.tenants.get(tenant) === index) this.tenants.delete(tenant);
      });
    return index;
  }

  private async forget(tenant: string): Promise<void> {
    const index = this.ready.get(tenant);
    this.tenants.delete(tenant);
    this.ready.delete(tenant);
    if (index !== undefined) await this.options.run({ task: 'drop', tenant: index.name });
  }

  private async load(tenant: string): Promise<TenantIndex> {
    const { database, run, provider } = this.options;
    const name = `${tenant} ${String((this.opened += 1))}`;
    const place = await database.tenant(tenant, presentPlace);
    const { bytes } = await run({ task: 'open', tenant: name, dimensions: provider.dimensions });
    const index: TenantIndex = { name, place, bytes, looking: undefined, next: undefined };
    const read = (after?: Touched) =>
      database.tenant(tenant, (tx) => nextDocuments(tx, this.source, after, PAGE));
    let page = await read();
    while (page.length > 0) {
      // The database looks for the next page while the thread takes this one.
      const [next] = await Promise.all([read(page.at(-1)), this.putAll(index, page)]);
      page = next;
    }
    this.ready.set(tenant, index);
    await this.makeRoom(tenant);
    return index;
  }

  private async putAll(index: TenantIndex, documents: readonly SearchDocument[]): Promise<void> {
    for (let at = 0; at < documents.length; at += PORTION)
      await this.change(index, { put: documents.slice(at, at + PORTION) });
  }

  /**
   * A question may join a look that has not begun yet, but none that began before it was asked.
   * @returns whether the index could be brought up to date
   */
  private lookForNews(tenant: string, index: TenantIndex): Promise<boolean> {
    if (index.looking === undefined) return this.look(tenant, index);
    index.next ??= index.looking.catch(() => false).then(() => this.look(tenant, index));
    return index.next;
  }

  private look(tenant: string, index: TenantIndex): Promise<boolean> {
    index.next = undefined;
    const looking = this.catchUp(tenant, index).finally(() => {
      if (index.looking === looking) index.looking = undefined;
    });
    index.looking = looking;
    return looking;
  }

  private async catchUp(tenant: string, index: TenantIndex): Promise<boolean> {
    const { database } = this.options;
    const news = await database.tenant(tenant, async (tx) => {
      const changes = await searchChanges(tx, index.place, MOST_CHANGES);
      if (changes === undefined) return undefined;
      const { items, used, place } = changes;
      const put = items.length === 0 ? [] : await documentsOf(tx, this.source, items);
      return { items, put, place, used: used.length === 0 ? [] : await usesOf(tx, used) };
    });
    if (news === undefined) return false;
    const { items, put, used, place } = news;
    const there = new Set(put.map(({ kind, slug }) => `${kind}/${slug}`));
    const gone = items.filter(({ kind, slug }) => !there.has(`${kind}/${slug}`));
    if (items.length + used.length > 0) {
      await this.change(index, { put, gone, used });
      await this.makeRoom(tenant);
    }
    index.place = place;
    return true;
  }

  private async change(
    index: TenantIndex,
    change: Partial<Omit<Extract<EngineTask, { task: 'change' }>, 'task' | 'tenant'>>,
  ): Promise<void> {
    const { bytes } = await this.options.run({
      ...{ task: 'change', tenant: index.name, put: [], gone: [], used: [] },
      ...change,
    });
    index.bytes = bytes;
  }

  /** Drops the indexes that were not searched for longest, but never this one. */
  private async makeRoom(newest: string): Promise<void> {
    for (const tenant of [...this.tenants.keys()]) {
      if (this.usedBytes <= this.options.mostBytes) return;
      if (tenant !== newest && this.ready.has(tenant)) await this.forget(tenant);
    }
  }
}
