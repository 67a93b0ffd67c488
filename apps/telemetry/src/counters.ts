import type { Counters } from '@loam/contracts/telemetry';

/** The counted quantities, in the order of the columns that keep them. */
export const QUANTITIES = [
  ...['views', 'downloads', 'installs', 'activations', 'invocations'],
  ...['successes', 'partials', 'failures', 'corrections', 'cost_micros'],
] as const;
type Quantity = (typeof QUANTITIES)[number];

/** Quantities of a row; money in millionths of a US dollar, whole numbers, so that sums do not depend on their order. */
export type Quantities = Readonly<Partial<Record<Quantity, number>>>;

/** Something that counts, and where: the time says which quarter of an hour, day and month. */
export interface Contribution {
  readonly tenant: string;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: string;
  readonly slug: string;
  /** Empty where it is unknown, since it is part of keys; so are project and trigger. */
  readonly version: string;
  readonly project: string;
  readonly trigger: string;
  readonly session: string;
  readonly person: string;
  readonly quantities: Quantities;
}

/** What takes a contribution back. */
export const negative = (contribution: Contribution): Contribution => ({
  ...contribution,
  quantities: Object.fromEntries(
    QUANTITIES.map((quantity) => [quantity, -(contribution.quantities[quantity] ?? 0)]),
  ),
});

/** The quantities of a row as the contract names them. */
export const countersOf = (row: Readonly<Record<Quantity, number>>): Counters => ({
  views: row.views,
  downloads: row.downloads,
  installs: row.installs,
  activations: row.activations,
  invocations: row.invocations,
  successes: row.successes,
  partials: row.partials,
  failures: row.failures,
  corrections: row.corrections,
  cost: row.cost_micros / 1_000_000,
});
