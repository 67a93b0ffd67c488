import { MOST_PROJECTS } from '@loam/contracts/telemetry';

/** Of an array of the projects that used an item and one more, as SQL: the sketch of both. */
export const sketchOf = (one: string, more: string): string =>
  `ARRAY(SELECT DISTINCT project FROM unnest(${one} || ${more}) AS project ORDER BY project LIMIT ${String(MOST_PROJECTS)})`;

/** What is asked of a sketch, which is a column. */
export const SKETCHED = (sketch: string): string =>
  `cardinality(${sketch}) AS sketched, ${sketch}[${String(MOST_PROJECTS)}]::float8 AS largest_sketched`;

/** How many a sketch names, and the largest of them where it is full. */
export interface Sketched {
  readonly sketched: number;
  readonly largest_sketched: number | null;
}

/**
 * How many projects a sketch stands for: those that it names while it is not full, and else (k - 1) / u for the k that it
 * names, u being the largest of them as a part of all 48 bits. That is unbiased, with a standard error of 1 / sqrt(k - 2) at
 * most, 13 % for k = 64: Beyer, Haas, Reinwald, Sismanis, Gemulla, "On Synopses for Distinct-Value Estimation Under
 * Multiset Operations", SIGMOD 2007.
 */
export const distinctProjects = ({
  sketched,
  largest_sketched: largest,
}: Sketched): { count: number; exact: boolean } =>
  largest === null
    ? { count: sketched, exact: true }
    : { count: Math.round(((MOST_PROJECTS - 1) * 2 ** 48) / largest), exact: false };
