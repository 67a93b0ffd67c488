import { z } from 'zod';
import { SkillRenamed } from '@loam/contracts/names';
import { itemSchema, sha256Schema, type Item } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import {
  presentPlace,
  readTenantSince,
  type EventStore,
  type Place,
  type RecordedEvent,
} from '@loam/event-store';
import { largestTenants } from './search-rows';
import { TenantCatalog } from './tenant-catalog';
import { holdersOf, readCatalog, readItems } from './tenant-catalog.queries';

/** Past so many events it is quicker to read the tables. */
const MOST_EVENTS = 1000;

/** How many versions are held at most, of all tenants together: some 150 MB. One tenant may have more. */
const MOST_VERSIONS = 200_000;

/** What a tenant without any version counts as. */
const AT_LEAST = 50;

/** How many tenants are read before they are asked for. */
const WARMED = 20;

const aboutDigest = z.object({ sha256: sha256Schema });

/** The items that events are about: they name one, or bytes that several may hold. */
async function touchedBy(tx: Tx, events: readonly RecordedEvent[]): Promise<Item[]> {
  const items = new Map<string, Item>();
  const add = ({ kind, slug }: Item): unknown => items.set(`${kind}/${slug}`, { kind, slug });
  const digests = new Set<string>();
  for (const { data } of events) {
    const item = itemSchema.safeParse(data);
    const digest = aboutDigest.safeParse(data);
    if (item.success) add(item.data);
    else if (digest.success) digests.add(digest.data.sha256);
  }
  if (digests.size > 0) for (const item of await holdersOf(tx, [...digests])) add(item);
  return [...items.values()];
}

interface Look {
  readonly place: Place;
  readonly take: (catalog: TenantCatalog) => Promise<TenantCatalog> | TenantCatalog;
}

/** One tenant's catalog and how far in the log it has come. */
class Held {
  catalog = new TenantCatalog();
  private place: Place | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private waiting: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly tenant: string,
  ) {}

  /**
   * Resolves when everything is in that was committed before this was called. One look at the log at a time, so that
   * no older reading of an item overwrites a newer one; whoever comes meanwhile shares the next look.
   */
  refresh(): Promise<void> {
    this.waiting ??= this.running.then(() => {
      this.waiting = undefined;
      const look = this.catchUp();
      this.running = look.catch(() => undefined);
      return look;
    });
    return this.waiting;
  }

  private async catchUp(): Promise<void> {
    const { place, take } = await this.store.database.tenant(this.tenant, (tx) => this.look(tx));
    this.catalog = await take(this.catalog);
    this.place = place;
  }

  private async look(tx: Tx): Promise<Look> {
    const since =
      this.place === undefined
        ? undefined
        : await readTenantSince(tx, this.store.catalog, this.place, MOST_EVENTS);
    // Whoever requires a renamed item may be anywhere.
    if (since === undefined || since.events.some(({ type }) => type === SkillRenamed.name)) {
      const place = await presentPlace(tx);
      return { place, take: await readCatalog(tx) };
    }
    const touched = await touchedBy(tx, since.events);
    if (touched.length === 0) return { place: since.place, take: (catalog) => catalog };
    const change = await readItems(tx, touched);
    const take = (catalog: TenantCatalog): TenantCatalog => {
      change(catalog);
      return catalog;
    };
    return { place: since.place, take };
  }
}

/** The catalogs in memory, those that were used last. */
export class TenantCatalogs {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly store: EventStore,
    private readonly mostVersions = MOST_VERSIONS,
  ) {}

  /** A tenant's catalog with everything in it that was committed before this was called. Use it before you wait again. */
  async current(tenant: string): Promise<TenantCatalog> {
    const held = this.held.get(tenant) ?? new Held(this.store, tenant);
    this.held.delete(tenant);
    this.held.set(tenant, held);
    await held.refresh();
    this.makeRoom(held);
    return held.catalog;
  }

  /** Reads the largest catalogs before anybody asks: the first who does would wait for longer than a request may. */
  async warm(): Promise<void> {
    for (const tenant of await this.store.database.system((tx) => largestTenants(tx, WARMED))) {
      if (this.size > this.mostVersions / 2) return;
      await this.current(tenant);
    }
  }

  private get size(): number {
    return [...this.held.values()].reduce((sum, { catalog }) => sum + catalog.size + AT_LEAST, 0);
  }

  private makeRoom(keep: Held): void {
    let { size } = this;
    for (const [tenant, held] of this.held) {
      if (size <= this.mostVersions) return;
      if (held === keep) continue;
      this.held.delete(tenant);
      size -= held.catalog.size + AT_LEAST;
    }
  }
}
