import { z } from 'zod';
import {
  itemSchema,
  requirementSchema,
  sha256Schema,
  skillStatusSchema,
  verdictSchema,
  type Item,
} from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { presentPlace, readTenantSince, type EventStore, type Place } from '@loam/event-store';
import type { RecordedEvent } from '@loam/event-store';
import { TenantCatalog, type CatalogVersion } from './tenant-catalog';

/** Past so many events it is quicker to read the tables. */
const MOST_EVENTS = 1000;

/** How many versions are held at most, of all tenants together: some 100 MB. One tenant may have more. */
const MOST_VERSIONS = 200_000;

/** What a tenant without any version counts as. */
const AT_LEAST = 50;

const versionRows = z.array(
  z.object({
    ...itemSchema.shape,
    version: z.string(),
    status: skillStatusSchema,
    verdict: verdictSchema,
    sha256: z.string(),
    bytes: z.number(),
    requires: z.array(requirementSchema),
  }),
);

const channelRows = z.array(z.object({ ...itemSchema.shape, channel: z.string(), version: z.string() }));

const aliasRows = z.array(z.object({ ...itemSchema.shape, renamed_to: z.string() }));

const aboutDigest = z.object({ sha256: sha256Schema });

const NOTHING: CatalogVersion['requires'] = [];

const keyOf = ({ kind, slug }: Item): string => `${kind}/${slug}`;

type Change = (catalog: TenantCatalog) => void;

/** Reads items anew, all of the tenant's where none are named. */
async function readItems(tx: Tx, items: readonly Item[] | null): Promise<Change> {
  const which = `tenant_id = current_setting('loam.tenant')::uuid ${
    items === null ? '' : 'AND (kind, slug) IN (SELECT * FROM unnest($1::text[], $2::text[]))'
  }`;
  const names = items === null ? [] : [items.map(({ kind }) => kind), items.map(({ slug }) => slug)];
  const versions = await tx.query<unknown[]>(
    `SELECT kind, slug, version, status, verdict, sha256, bytes, requires FROM skill_versions WHERE ${which}`,
    names,
  );
  const channels = await tx.query<unknown[]>(
    `SELECT kind, slug, channel, version FROM channels WHERE ${which} AND version IS NOT NULL`,
    names,
  );
  const aliases = await tx.query<unknown[]>(
    `SELECT kind, slug, renamed_to FROM aliases WHERE ${which}`,
    names,
  );
  const read = new Map<string, { item: Item; versions: CatalogVersion[]; channels: Map<string, string> }>();
  for (const { kind, slug, requires, ...rest } of versionRows.parse(versions)) {
    const version: CatalogVersion = {
      ...rest,
      requires: requires.length === 0 ? NOTHING : requires,
      pinnedOnly: rest.status === 'yanked',
    };
    const known = read.get(keyOf({ kind, slug }));
    if (known !== undefined) known.versions.push(version);
    else read.set(keyOf({ kind, slug }), { item: { kind, slug }, versions: [version], channels: new Map() });
  }
  for (const { channel, version, ...item } of channelRows.parse(channels))
    read.get(keyOf(item))?.channels.set(channel, version);
  return (catalog) => {
    for (const each of read.values()) catalog.put(each.item, each.versions, each.channels);
    for (const { renamed_to: to, ...item } of aliasRows.parse(aliases)) catalog.rename(item, to);
  };
}

/** The items that events are about: they name one, or bytes that several may hold. */
async function touchedBy(tx: Tx, events: readonly RecordedEvent[]): Promise<Item[]> {
  const items = new Map<string, Item>();
  const digests = new Set<string>();
  for (const { data } of events) {
    const item = itemSchema.safeParse(data);
    const digest = aboutDigest.safeParse(data);
    if (item.success) items.set(keyOf(item.data), item.data);
    else if (digest.success) digests.add(digest.data.sha256);
  }
  if (digests.size > 0) {
    const holders = await tx.query<unknown[]>(
      `SELECT DISTINCT kind, slug FROM skill_versions
       WHERE tenant_id = current_setting('loam.tenant')::uuid AND sha256 = ANY ($1)`,
      [[...digests]],
    );
    for (const item of itemSchema.array().parse(holders)) items.set(keyOf(item), item);
  }
  return [...items.values()];
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
    const { database, catalog: events } = this.store;
    const { place, change, anew } = await database.tenant(this.tenant, async (tx) => {
      const since =
        this.place === undefined ? undefined : await readTenantSince(tx, events, this.place, MOST_EVENTS);
      if (since === undefined) {
        const place = await presentPlace(tx);
        return { place, change: await readItems(tx, null), anew: true };
      }
      const touched = await touchedBy(tx, since.events);
      const change = touched.length === 0 ? undefined : await readItems(tx, touched);
      return { place: since.place, change, anew: false };
    });
    if (anew) this.catalog = new TenantCatalog();
    change?.(this.catalog);
    this.place = place;
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

  private makeRoom(keep: Held): void {
    let size = 0;
    for (const { catalog } of this.held.values()) size += catalog.size + AT_LEAST;
    for (const [tenant, held] of this.held) {
      if (size <= this.mostVersions) return;
      if (held === keep) continue;
      this.held.delete(tenant);
      size -= held.catalog.size + AT_LEAST;
    }
  }
}
