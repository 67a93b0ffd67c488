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

  find(item: Item): CatalogItem | undefined {
    return this.items.get(item);
  }

  candidates(item: Item): readonly Candidate[] {
    return this.items.get(item)?.candidates ?? [];
  }

  /** Takes over how an item is now. */
  put(item: Item, versions: readonly CatalogVersion[], channels: Channels): void {
    this.size += versions.length - (this.items.get(item)?.versions.length ?? 0);
    const latest = latestOf(versions, channels);
    const candidates = versions.filter(isCandidate).sort(byPreference);
    this.items.set(item, { versions, channels, candidates, latest });
    if (item.kind === 'skill')
      this.graph.set(item.slug, versions.find(({ version }) => version === latest)?.requires ?? []);
  }
}
