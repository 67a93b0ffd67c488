import { minVersion } from 'semver';
import { keyOf, type Candidate, type CatalogView, type Item, type Resolution, type Root } from './model';
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
  private readonly byKey = new Map<string, Candidate[]>();

  constructor(private readonly view: CatalogView) {}

  /** @returns whether one of them was not there */
  add(item: Item, range: string): boolean {
    const known = this.candidates(item);
    const versions = lowest(range).filter((version) => known.every((each) => each.version !== version));
    const made = versions.map((version) => ({ version, sha256: '', bytes: 0, requires: [] }));
    this.byKey.set(keyOf(item), [...(this.byKey.get(keyOf(item)) ?? []), ...made]);
    return made.length > 0;
  }

  candidates(item: Item): readonly Candidate[] {
    return [...this.view.candidates(item), ...(this.byKey.get(keyOf(item)) ?? [])];
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
    let grew = false;
    for (const { range, ...item } of unserved) grew = later.add(item, range) || grew;
    if (!grew && resolution.outcome === 'conflict' && !resolution.lasting)
      for (const { sides, ...item } of resolution.clashes)
        for (const { range } of sides) grew = later.add(item, range) || grew;
    if (grew && round < ROUNDS) continue;
    if (resolution.outcome !== 'conflict') return resolution;
    const clashes = resolution.clashes.map((clash) => ({
      ...clash,
      versions: view.candidates(clash).map(({ version }) => version),
    }));
    return { ...resolution, clashes };
  }
}
