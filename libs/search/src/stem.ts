const VOWELS = 'aeiou';
const SHORTEST = 4;

/** Whether the letter at `i` sounds as a vowel: `y` does so after a consonant. */
const isVowel = (word: string, i: number): boolean =>
  VOWELS.includes(word.charAt(i)) || (word.charAt(i) === 'y' && i > 0 && !isVowel(word, i - 1));

/** How often a vowel is followed by a consonant: a measure of how much word there is. */
function measure(word: string): number {
  let count = 0;
  for (let i = 1; i < word.length; i += 1) if (isVowel(word, i - 1) && !isVowel(word, i)) count += 1;
  return count;
}

const hasVowel = (word: string): boolean => [...word].some((_, i) => isVowel(word, i));

/** Endings and what they become, where at least so much word is left before them. */
const ENDINGS: readonly (readonly [ending: string, replacement: string, least: number])[] = [
  ['ization', 'ize', 1],
  ['ational', 'ate', 1],
  ['fulness', 'ful', 1],
  ['iveness', 'ive', 1],
  ['ousness', 'ous', 1],
  ['ication', 'ic', 1],
  ['icate', 'ic', 1],
  ['ifier', 'ifi', 1],
  ['ation', 'ate', 1],
  ['ator', 'ate', 1],
  ['alism', 'al', 1],
  ['ality', 'al', 1],
  ['ility', 'le', 1],
  ['izer', 'ize', 1],
  ['ical', 'ic', 1],
  ['ness', '', 1],
  ['ment', '', 2],
  ['ance', '', 2],
  ['ence', '', 2],
  ['able', '', 2],
  ['ible', '', 2],
  ['ful', '', 1],
  ['ion', '', 2],
  ['ive', '', 2],
  ['ize', '', 2],
  ['ise', '', 2],
  ['ate', '', 2],
  ['al', '', 2],
  ['er', '', 2],
  ['or', '', 2],
  ['ly', '', 1],
];

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies')) return word.length > SHORTEST ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}

function withoutTense(word: string): string {
  const ending = ['ing', 'ed'].find((each) => word.endsWith(each));
  if (ending === undefined || word.endsWith('eed')) return word;
  const rest = word.slice(0, -ending.length);
  if (rest.length < 3 || !hasVowel(rest)) return word;
  const last = rest.charAt(rest.length - 1);
  const doubled = last === rest.charAt(rest.length - 2) && !'sz'.includes(last) && !VOWELS.includes(last);
  if (doubled) return rest.slice(0, -1);
  // What ends so lost an `e` to the ending: `validating`, `enabled`, `optimized`.
  return /(?:at|bl|iz)$/.test(rest) ? `${rest}e` : rest;
}

function withoutEnding(word: string): string {
  for (const [ending, replacement, least] of ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length >= 3 && measure(rest) >= least) return rest + replacement;
    return word;
  }
  return word;
}

/**
 * The stem of an English word, so that `deploys`, `deploying` and `deployment` are one: Porter's idea (An algorithm for
 * suffix stripping, 1980) with fewer rules. Whatever holds anything but a to z is left as it is, and so is a short
 * word: names, identifiers and other languages come through unharmed, or are shortened in the same way everywhere.
 * @param word in lower case
 */
export function stem(word: string): string {
  if (word.length < SHORTEST || !/^[a-z]+$/.test(word)) return word;
  const bare = withoutEnding(withoutEnding(withoutTense(withoutPlural(word))));
  // `modelling` is `modeling`, and `roll` and `rolling` are one all the same.
  const shortened = bare.length > 3 && /(?:e|ll)$/.test(bare) ? bare.slice(0, -1) : bare;
  return shortened.length > 2 && shortened.endsWith('y') && !isVowel(shortened, shortened.length - 2)
    ? `${shortened.slice(0, -1)}i`
    : shortened;
}
