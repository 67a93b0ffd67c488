import { setImmediate } from 'node:timers/promises';
import type { Item, Kind, SkillStatus, Verdict } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import { ItemMap, type Requirement } from '@loam/resolver';
import { TenantCatalog, type CatalogVersion } from './tenant-catalog';

/** How many versions are read at once; other requests are answered between two pages. */
const PAGE = 2000;
const AT_ONCE = 500;

const OF_TENANT = "tenant_id = current_setting('loam.tenant')::uuid";
const NOTHING: readonly Requirement[] = [];
const NO_CHANNELS: ReadonlyMap<string, string> = new Map();

interface VersionRow extends Item {
  readonly kind: Kind;
  readonly version: string;
  readonly status: SkillStatus;
  readonly verdict: Verdict;
  readonly sha256: string;
  readonly bytes: number;
  readonly requires: readonly Requirement[];
  readonly yank_reason: string | null;
}

interface ChannelRow extends Item {
  readonly channel: string;
  readonly version: string;
}

/** Names and ranges come again and again: each text is kept once. */
class Texts {
  private readonly known = new Map<string, string>();

  once(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    this.known.set(text, text);
    return text;
  }
}

const versionOf = ({ status, verdict, sha256, bytes, ...row }: VersionRow, texts: Texts): CatalogVersion => ({
  ...{ version: texts.once(row.version), status, verdict, sha256, bytes },
  requires:
    row.requires.length === 0
      ? NOTHING
      : row.requires.map(({ slug, range }) => ({ slug: texts.once(slug), range: texts.once(range) })),
  pinnedOnly: status !== 'published',
  ...(status === 'yanked' && row.yank_reason !== null ? { yanked: row.yank_reason } : {}),
});

/** What has been read of some items; their versions may have come in several pages. */
class Reading {
  private readonly texts = new Texts();
  private readonly found = new ItemMap<CatalogVersion[]>();
  private readonly channels = new ItemMap<Map<string, string>>();
  private readonly items: Item[] = [];

  versions(rows: readonly VersionRow[]): void {
    for (const row of rows) {
      const version = versionOf(row, this.texts);
      const known = this.found.get(row);
      if (known !== undefined) known.push(version);
      else {
        const item = { kind: row.kind, slug: this.texts.once(row.slug) };
        this.items.push(item);
        this.found.set(item, [version]);
      }
    }
  }

  pointers(rows: readonly ChannelRow[]): void {
    for (const row of rows) {
      const known = this.channels.get(row);
      if (known !== undefined) known.set(row.channel, row.version);
      else this.channels.set(row, new Map([[row.channel, row.version]]));
    }
  }

  /** Puts what was read into a catalog, from one place on and at most so many items. @returns whether there are more */
  put(catalog: TenantCatalog, from: number, most: number): boolean {
    for (const item of this.items.slice(from, from + most))
      catalog.put(item, this.found.get(item) ?? [], this.channels.get(item) ?? NO_CHANNELS);
    return from + most < this.items.length;
  }
}

const VERSIONS =
  'SELECT kind, slug, version, status, verdict, sha256, bytes, requires, yank_reason FROM skill_versions';
const CHANNELS = `SELECT kind, slug, channel, version FROM channels WHERE ${OF_TENANT} AND version IS NOT NULL`;

/** Reads the whole catalog of the transaction's tenant. @returns what makes it, which may be done outside of it */
export async function readCatalog(tx: Tx): Promise<() => Promise<TenantCatalog>> {
  const newNames = new ItemMap<string>();
  const aliases = await tx.query<(Item & { renamed_to: string })[]>(
    `SELECT kind, slug, renamed_to FROM aliases WHERE ${OF_TENANT}`,
  );
  for (const alias of aliases) newNames.set(alias, alias.renamed_to);
  const reading = new Reading();
  reading.pointers(await tx.query<ChannelRow[]>(CHANNELS));
  for (let last: VersionRow | undefined, more = true; more;) {
    const page: VersionRow[] = await tx.query<VersionRow[]>(
      `${VERSIONS} WHERE ${OF_TENANT} AND (kind, slug, version) > ($1, $2, $3)
       ORDER BY kind, slug, version LIMIT ${PAGE}`,
      [last?.kind ?? '', last?.slug ?? '', last?.version ?? ''],
    );
    reading.versions(page);
    last = page.at(-1);
    more = page.length === PAGE;
  }
  return async () => {
    const catalog = new TenantCatalog(newNames);
    for (let from = 0; reading.put(catalog, from, AT_ONCE); from += AT_ONCE) await setImmediate();
    return catalog;
  };
}

/** Reads some items anew. @returns what takes them over into a catalog */
export async function readItems(tx: Tx, items: readonly Item[]): Promise<(catalog: TenantCatalog) => void> {
  const which = 'AND (kind, slug) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
  const names = [items.map(({ kind }) => kind), items.map(({ slug }) => slug)];
  const reading = new Reading();
  reading.pointers(await tx.query<ChannelRow[]>(`${CHANNELS} ${which}`, names));
  reading.versions(await tx.query<VersionRow[]>(`${VERSIONS} WHERE ${OF_TENANT} ${which}`, names));
  return (catalog) => {
    reading.put(catalog, 0, Infinity);
  };
}

/** The items that hold one of these bytes. */
export const holdersOf = (tx: Tx, digests: readonly string[]): Promise<Item[]> =>
  tx.query<Item[]>(
    `SELECT DISTINCT kind, slug FROM skill_versions WHERE ${OF_TENANT} AND sha256 = ANY ($1)`,
    [digests],
  );
