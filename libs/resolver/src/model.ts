/** Kind is part of an item's identity. */
type Kind = 'skill' | 'agent' | 'command';

/** What is installed under one name. Of one item, one version is installed at most: agents install flat. */
export interface Item {
  readonly kind: Kind;
  readonly slug: string;
}

/** What is required is always a skill, whatever kind requires it. `range` is a semver range, `*` for any version. */
export interface Requirement {
  readonly slug: string;
  readonly range: string;
}

/** A version that may be chosen. */
export interface Candidate {
  readonly version: string;
  /** Digest of the bundle's bytes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly requires: readonly Requirement[];
  /** Chosen only where a root names exactly this version. */
  readonly pinnedOnly?: boolean;
}

/** What may be chosen from. */
export interface CatalogView {
  /** The versions of an item in the order in which they are preferred, see `byPreference`; none where it is missing. */
  candidates(item: Item): readonly Candidate[];
}

/** What somebody wants to install: a semver range, an exact version or `*`. */
export interface Root extends Item {
  readonly range: string;
}

/** Who asked, and for which range; `by` is null for a root. */
export interface Reason {
  readonly by: (Item & { readonly version: string }) | null;
  readonly range: string;
}

export interface PlannedItem extends Item {
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly requires: Requirement[];
  readonly reasons: Reason[];
}

/** Something required that the catalog does not have. */
export interface MissingItem extends Item {
  readonly reasons: Reason[];
}

/** A complete plan: what stands first needs nothing that stands later, except within a cycle. */
export interface Plan {
  readonly items: PlannedItem[];
  readonly missing: MissingItem[];
  /** Each cycle once, its smallest name first: every link of a cycle is in one of these, the shortest through it. */
  readonly cycles: Item[][];
}

/** One party of a clash. */
export interface Side {
  readonly range: string;
  /** The item that asks and those of its versions that do; null for a root. */
  readonly by: (Item & { readonly versions: readonly string[] }) | null;
  /** From a root down to the item that is in dispute, each with the range that it is asked for with. */
  readonly path: readonly Root[];
}

/** An item for which no version serves all who ask; with one side only where no version serves even that one. */
export interface Clash extends Item {
  readonly sides: readonly Side[];
  /** The versions that there are. */
  readonly versions: readonly string[];
}

export type Resolution =
  | { readonly outcome: 'plan'; readonly plan: Plan }
  | {
      readonly outcome: 'conflict';
      readonly clashes: readonly Clash[];
      /** The ranges exclude each other, so that no version published later could settle it. */
      readonly lasting: boolean;
    }
  /** Neither a plan nor a proof that there is none was found within the budget. */
  | { readonly outcome: 'exhausted' };

export interface ResolveOptions {
  /**
   * What becomes of a requirement of an item that has no candidates at all: `list` (the default) reports it under
   * `missing`, `refuse` makes it a conflict.
   */
  readonly missing?: 'list' | 'refuse';
  /** How much may be looked at, in literals of clauses and tests of a version; the same on every machine. */
  readonly budget?: number;
}

export const keyOf = ({ kind, slug }: Item): string => `${kind}/${slug}`;

/** The item that a requirement means. */
export const required = ({ slug }: Requirement): Item => ({ kind: 'skill', slug });
