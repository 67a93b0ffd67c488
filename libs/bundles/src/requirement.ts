import { minVersion, valid, validRange } from 'semver';

/**
 * The pattern of a slug, after the Agent Skills specification: 1 to 64 of `a-z`, `0-9` and `-`, no hyphen at an edge
 * or doubled. As a source text, so that schemas elsewhere can state the same rule.
 */
export const SLUG_PATTERN = '^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$';

const SLUG = new RegExp(SLUG_PATTERN);
const RANGE_MAX = 128;

/** Whether a text is a slug by {@link SLUG_PATTERN}. */
export const isSlug = (text: string): boolean => SLUG.test(text);

/** Whether a text is a semantic version as written, without a leading `v` and without blanks around it. */
export const isVersion = (text: string): boolean => /^\d\S*$/.test(text) && valid(text) !== null;

/** `>=x` and its like: the parser takes a comparison with no number for anything at all, which nobody can mean. */
const COMPARES_NOTHING = /[<>=~^]\s*v?[xX*](?!\w)/;

/** Whether a text is a semver range, at most 128 characters long, that some version can meet. */
export const isRange = (text: string): boolean =>
  text.length <= RANGE_MAX &&
  !COMPARES_NOTHING.test(text) &&
  validRange(text) !== null &&
  minVersion(text) !== null;

/** Another skill that a skill needs; `range` is a semver range, `*` where none was given. */
export interface Requirement {
  readonly slug: string;
  readonly range: string;
}

/** Reads `slug` or `slug@range`; undefined where either part is not valid. */
export function parseRequirement(text: string): Requirement | undefined {
  const at = text.indexOf('@');
  const slug = (at === -1 ? text : text.slice(0, at)).trim();
  const range = at === -1 ? '*' : text.slice(at + 1).trim() || '*';
  return isSlug(slug) && isRange(range) ? { slug, range } : undefined;
}
