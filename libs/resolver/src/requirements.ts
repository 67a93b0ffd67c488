import type { Candidate, Requirement } from './model';

/** A requirement as its text. */
export const spell = ({ slug, range }: Requirement): string => `${slug}@${range}`;

const order = (a: Requirement, b: Requirement): number => {
  if (a.slug !== b.slug) return a.slug < b.slug ? -1 : 1;
  return a.range < b.range ? -1 : Number(a.range > b.range);
};

/** What a version requires, in an order that is the same wherever it was declared. */
export const requirementsOf = ({ requires }: Candidate): readonly Requirement[] =>
  requires.length < 2 ? requires : [...requires].sort(order);
