import { minVersion } from 'semver';
import { ItemMap } from './item-map';
import type { Candidate, CatalogView, Item, Resolution, Root } from './model';
import { attempt } from './resolve';

/** In each, some item gets versions that are not there yet; usually the second is the last. */
const ROUNDS = 6;

/** Of each round: a publish waits for this. */
const BUDGET = 1_000_000;

/** The lowest version of each part of a range: where several ranges meet at all, they meet in one of these. */
const lowest = (range: string): string[] =>
  range.split('||').flatMap((part) => minVersion(part)?.version ?? []);

/** Versions that could be published, and require nothing. */
class Later {
  private readonly made = new ItemMap<Candidate[]>();

  constructor(private readonly view: CatalogView) {}

  /** Adds what could serve these demands. @returns whether there was anything to add */
  add(demands: readonly Root[]): boolean {
    return demands.filter(({ range, ...item }) => this.addTo(item, range)).length > 0;
  }

  private addTo(item: Item, range: string): boolean {
    const known = this.candidates(item);
    const versions = lowest(range).filter((version) =>
      known.every((each) => each.pinnedOnly === true || each.version !== version),
    );
    const made = versions.map((version) => ({ version, sha256: '', bytes: 0, requires: [] }));
    this.made.set(item, [...(this.made.get(item) ?? []), ...made]);
    return made.length > 0;
  }

  candidates(item: Item): readonly Candidate[] {
    return [...this.view.candidates(item), ...(this.made.get(item) ?? [])];
  }
}

/**
 * Whether the roots could ever be installed: what is missing, or is only there in other versions, may be published
 * later. A conflict that is `lasting` is one between ranges that exclude each other, in requirements of the roots and
 * of the versions that there are. A plan may hold versions that are not there; it is good for its cycles.
 */
export function foresee(roots: readonly Root[], view: CatalogView): Resolution {
  const later = new Later(view);
  for (let round = 1; ; round += 1) {
    const { resolution, unserved } = attempt(roots, later, { missing: 'skip', budget: BUDGET });
    const grew = later.add(unserved) || later.add(passingOf(resolution));
    if (grew && round < ROUNDS) continue;
    if (resolution.outcome !== 'conflict') return resolution;
    const clashes = resolution.clashes.map((clash) => ({
      ...clash,
      versions: view.candidates(clash).map(({ version }) => version),
    }));
    return { ...resolution, clashes };
  }
}

/** What is demanded in a conflict that later versions could settle. */
const passingOf = (resolution: Resolution): Root[] =>
  resolution.outcome !== 'conflict' || resolution.lasting
    ? []
    : resolution.clashes.flatMap(({ kind, slug, sides }) =>
        sides.map(({ range }) => ({ kind, slug, range })),
      );
