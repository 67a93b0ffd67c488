import type { Candidate, Requirement } from './model';

/** A requirement as its text. */
export const spell = ({ slug, range }: Requirement): string => `${slug}@${range}`;

/** What a version requires in the order of texts, which is the same wherever it was declared. */
export const requirementsOf = ({ requires }: Candidate): [text: string, requirement: Requirement][] =>
  requires
    .map((each): [string, Requirement] => [spell(each), each])
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
