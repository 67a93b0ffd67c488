import type { Item, SkillStatus, Verdict } from '@loam/contracts/skill';
import { byPreference, DependencyGraph, ItemMap, type Candidate, type CatalogView } from '@loam/resolver';
import { isInstallable, isLive, latestOf, type Channels } from './select-version';

/** One version as it is resolved. */
export interface CatalogVersion extends Candidate {
  readonly status: SkillStatus;
  readonly verdict: Verdict;
}

/** An item with all its versions, whatever became of them. */
export interface CatalogItem {
  readonly versions: readonly CatalogVersion[];
  readonly channels: Channels;
  /** Those that may be installed, in the order of preference; a yanked one where exactly it is asked for. */
  readonly candidates: readonly CatalogVersion[];
  readonly latest: string | undefined;
}

const isCandidate = (version: CatalogVersion): boolean =>
  isLive(version) || (version.status === 'yanked' && isInstallable(version));

/** The items of one tenant as they are resolved, in memory. */
export class TenantCatalog implements CatalogView {
  /** What the latest live version of each skill requires, by slug. */
  readonly graph = new DependencyGraph();
  /** How many versions there are. */
  size = 0;
  private readonly items = new ItemMap<CatalogItem>();
  private readonly newNames = new ItemMap<string>();
  /** Skills that have another name by now, under those that they had. */
  private readonly oldSkills: Item[] = [];

  find(item: Item): CatalogItem | undefined {
    return this.items.get(this.today(item));
  }

  candidates(item: Item): readonly Candidate[] {
    return this.find(item)?.candidates ?? [];
  }

  /** Takes over that an item has another name now: whoever asks for the old one means the new one. */
  rename(item: Item, slug: string): void {
    if (this.newNames.get(item) === undefined && item.kind === 'skill') this.oldSkills.push(item);
    this.put(item, [], new Map());
    this.newNames.set(item, slug);
    if (item.kind === 'skill') this.graph.set(item.slug, this.requiresOf(item));
  }

  private requiresOf(item: Item): CatalogVersion['requires'] {
    const found = this.find(item);
    return found?.versions.find(({ version }) => version === found.latest)?.requires ?? [];
  }

  private today(item: Item): Item {
    const slug = this.newNames.get(item);
    return slug === undefined ? item : this.today({ kind: item.kind, slug });
  }

  /** Takes over how an item is now. */
  put(item: Item, versions: readonly CatalogVersion[], channels: Channels): void {
    this.size += versions.length - (this.items.get(item)?.versions.length ?? 0);
    const latest = latestOf(versions, channels);
    const candidates = versions.filter(isCandidate).sort(byPreference);
    this.items.set(item, { versions, channels, candidates, latest });
    if (item.kind !== 'skill') return;
    this.graph.set(item.slug, versions.find(({ version }) => version === latest)?.requires ?? []);
    for (const old of this.oldSkills)
      if (this.today(old).slug === item.slug) this.graph.set(old.slug, this.requiresOf(old));
  }
}
