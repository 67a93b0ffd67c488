import type { Item, Newer, SkillStatus, Verdict } from '@loam/contracts/skill';
import {
  byPreference,
  DependencyGraph,
  ItemMap,
  type Candidate,
  type CatalogView,
  type Requirement,
} from '@loam/resolver';
import { highestWithheld, isInstallable, latestOf, type Channels } from './select-version.rules';

/** One version as it is resolved. */
export interface CatalogVersion extends Candidate {
  readonly status: SkillStatus;
  readonly verdict: Verdict;
  /** Why it is yanked, if it is. */
  readonly yanked?: string;
}

/** An item with all its versions, whatever became of them. */
export interface CatalogItem {
  readonly versions: readonly CatalogVersion[];
  readonly channels: Channels;
  /** Those that may be installed, in the order of preference; yanked and archived ones where exactly they are asked for. */
  readonly candidates: readonly CatalogVersion[];
  readonly latest: string | undefined;
}

/** The items of one tenant as they are resolved, in memory, each under the name that it has today. */
export class TenantCatalog implements CatalogView {
  /** What the latest live version of each skill requires, by slug. */
  readonly graph = new DependencyGraph();
  /** How many versions there are. */
  size = 0;
  private readonly items = new ItemMap<CatalogItem>();

  /** @param newNames what items that were renamed are called today */
  constructor(private readonly newNames: ItemMap<string> = new ItemMap()) {}

  /** The item under the name that it has today. */
  today({ kind, slug }: Item): Item {
    return { kind, slug: this.newNames.get({ kind, slug }) ?? slug };
  }

  find(item: Item): CatalogItem | undefined {
    return this.items.get(this.today(item));
  }

  /** The highest version of an item that there is and that is not live. */
  withheld(item: Item): Newer | null {
    return highestWithheld(this.find(item)?.versions ?? []);
  }

  candidates(item: Item): readonly Candidate[] {
    return this.find(item)?.candidates ?? [];
  }

  /** Takes over how an item is now. Whoever requires it by an old name means it. */
  put(item: Item, given: readonly CatalogVersion[], channels: Channels): void {
    const versions = given.map((version) => this.withNamesOfToday(version));
    this.size += versions.length - (this.items.get(item)?.versions.length ?? 0);
    const latest = latestOf(versions, channels);
    const candidates = versions.filter(isInstallable).sort(byPreference);
    this.items.set(item, { versions, channels, candidates, latest });
    if (item.kind === 'skill')
      this.graph.set(item.slug, versions.find(({ version }) => version === latest)?.requires ?? []);
  }

  private withNamesOfToday(version: CatalogVersion): CatalogVersion {
    const isOld = ({ slug }: Requirement): boolean =>
      this.newNames.get({ kind: 'skill', slug }) !== undefined;
    if (!version.requires.some(isOld)) return version;
    const requires = version.requires.map(({ slug, range }) => ({
      slug: this.today({ kind: 'skill', slug }).slug,
      range,
    }));
    return { ...version, requires };
  }
}
