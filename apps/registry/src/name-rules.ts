import type { Item } from '@loam/contracts/skill';
import { builtInCommands, reservedNames, vendorFirstParts, vendorParts } from './reserved-names';

/** A name that a rule has something against. */
export interface NameFault {
  /** The id of the rule, which stays. */
  readonly rule: string;
  readonly detail: string;
}

/** Whether a namespace covers a slug: `payments` covers `payments` and `payments-…`. */
export const covers = (prefix: string, slug: string): boolean =>
  slug === prefix || slug.startsWith(`${prefix}-`);

/** The namespaces that could cover a slug, widest first. */
export const prefixesOf = (slug: string): string[] =>
  slug.split('-').map((_, index, parts) => parts.slice(0, index + 1).join('-'));

const LOOKS_LIKE: readonly (readonly [RegExp, string])[] = [
  [/-/g, ''],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/0/g, 'o'],
  [/[1i]/g, 'l'],
  [/5/g, 's'],
];

/** What is left of a slug when everything is taken from it that a reader may not notice. */
export const skeletonOf = (slug: string): string =>
  LOOKS_LIKE.reduce((text, [pattern, by]) => text.replace(pattern, by), slug);

/** Shorter words look like too many others. */
const LEAST_LOOKED_LIKE = 4;

/** Whether a text is a word, or is taken for it. */
const passesFor = (text: string, word: string): boolean =>
  text === word || (word.length >= LEAST_LOOKED_LIKE && skeletonOf(text) === skeletonOf(word));

/** Why nobody may take this slug. A claimed namespace lets its owners take a vendor's name. */
export function reservedFault(slug: string, isClaimed: boolean): NameFault | undefined {
  for (const [rule, words] of Object.entries(reservedNames)) {
    const taken = words.find((word) => passesFor(slug, word));
    if (taken !== undefined)
      return {
        rule,
        detail: `The name ${taken} is reserved${taken === slug ? '' : `, and ${slug} is taken for it`}.`,
      };
  }
  const [first = '', ...rest] = slug.split('-');
  const vendor =
    vendorParts.find((name) => [first, ...rest].some((part) => passesFor(part, name))) ??
    vendorFirstParts.find((name) => passesFor(first, name));
  if (vendor === undefined || isClaimed) return undefined;
  const detail = `A name with "${vendor}" looks as if ${vendor} had published it; an administrator can claim the namespace first.`;
  return { rule: 'names.vendor', detail };
}

/**
 * The Damerau-Levenshtein distance of two texts (optimal string alignment: insertions, deletions, replacements and
 * swaps of neighbours), or Infinity where it is more than `most`.
 */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const options = [at(row, j - 1) + 1, at(above, j) + 1, at(above, j - 1) + same];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        options.push(at(before, j - 2) + 1);
      row.push(Math.min(...options));
    }
    if (Math.min(...row) > most && Math.min(...above) > most) return Number.POSITIVE_INFINITY;
    [before, above] = [above, row];
  }
  const found = at(above, b.length);
  return found > most ? Number.POSITIVE_INFINITY : found;
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

const SHORT = 12;
/** Shorter names stand inside others by chance. */
const LEAST_CONTAINED = 10;

/** Whether two names differ so little that one is taken for the other: one slip up to 12 characters, else two. */
const isNear = (slug: string, popular: string): boolean => {
  const most = Math.min(slug.length, popular.length) <= SHORT ? 1 : 2;
  return distance(slug, popular, most) <= most;
};

const contains = (slug: string, popular: string): boolean =>
  popular.length >= LEAST_CONTAINED && popular.includes('-') && `-${slug}-`.includes(`-${popular}-`);

/** The popular name of somebody else that this one cannot be told from. */
export function lookAlikeFault(slug: string, popular: readonly string[]): NameFault | undefined {
  const skeleton = skeletonOf(slug);
  const same = popular.find((other) => other !== slug && skeletonOf(other) === skeleton);
  if (same === undefined) return undefined;
  return {
    rule: 'names.look-alike',
    detail: `${slug} cannot be told from ${same}, which is in use and not yours.`,
  };
}

/** What somebody should look at before this name is trusted. */
export function nameConcerns({ kind, slug }: Item, popular: readonly string[]): NameFault[] {
  const concerns: NameFault[] = [];
  // Skills and commands are called by their names in the same place as these; agents are not.
  if (kind !== 'agent' && builtInCommands.includes(slug))
    concerns.push({
      rule: 'names.built-in-command',
      detail: `Agents have a command of their own called ${slug}.`,
    });
  const near = popular.find((other) => other !== slug && isNear(slug, other));
  const around = popular.find((other) => other !== slug && contains(slug, other));
  if (near !== undefined)
    concerns.push({
      rule: 'names.near-popular',
      detail: `${slug} is easily mistaken for ${near}, which is somebody else's.`,
    });
  else if (around !== undefined)
    concerns.push({
      rule: 'names.around-popular',
      detail: `${slug} reads as if it belonged to ${around}, which is somebody else's.`,
    });
  return concerns;
}

/** Control and format characters, and everything else that is drawn as nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Emoji with what joins and colours them. */
const EMOJI = /\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)*/gu;
/** Alphabets whose letters pass for one another's. */
const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** Why the name that SKILL.md gives is not what it looks like. */
export function writtenNameFault(name: string): NameFault | undefined {
  if (INVISIBLE.test(name.replace(EMOJI, '')))
    return { rule: 'names.invisible', detail: 'The name holds characters that nobody sees.' };
  if (ALPHABETS.filter((alphabet) => alphabet.test(name)).length > 1)
    return {
      rule: 'names.mixed-script',
      detail: 'The name mixes letters of several alphabets that look alike.',
    };
  return undefined;
}

/** What somebody should look at in the name that SKILL.md gives itself, which agents show, beside its slug. */
export function writtenNameConcerns(
  name: string | null,
  slug: string,
  popular: readonly string[],
): NameFault[] {
  const written =
    name
      ?.trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, '-') ?? slug;
  const near =
    written === slug ? undefined : popular.find((other) => other === written || isNear(written, other));
  if (near === undefined) return [];
  const detail = `SKILL.md calls itself ${written}, which is or is easily mistaken for ${near}, and that is somebody else's.`;
  return [{ rule: 'names.written-near-popular', detail }];
}
