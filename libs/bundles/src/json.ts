import { BundleProblem } from './problem';

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys that some program would take for a part of its own objects. */
const REFUSED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const MOST_DEPTH = 32;

const invalid = (detail: string, pointer: string): BundleProblem =>
  new BundleProblem('frontmatter-invalid', detail, pointer);

function toNumber(value: number, pointer: string): number {
  if (Number.isSafeInteger(value)) return value;
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  throw invalid('The number cannot be kept exactly; put it in quotes.', pointer);
}

/** U+0000 and halves of surrogate pairs: escapes in YAML can make them, and databases refuse them. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

function toText(value: string, pointer: string): string {
  if (UNSTORABLE.test(value)) throw invalid('The text holds a character that cannot be stored.', pointer);
  return value;
}

/** Copies a parsed value into plain JSON; `pointer` is where it stands, as a JSON pointer. */
function toJson(value: unknown, pointer: string, depth = 0): Json {
  if (depth > MOST_DEPTH) throw invalid(`The value nests deeper than ${MOST_DEPTH} levels.`, pointer);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return toText(value, pointer);
  if (typeof value === 'number') return toNumber(value, pointer);
  if (Array.isArray(value)) return value.map((item, index) => toJson(item, `${pointer}/${index}`, depth + 1));
  if (typeof value === 'object') return toMapping(value, pointer, depth);
  throw invalid('The value has no form in JSON.', pointer);
}

/** Copies a parsed mapping into a plain JSON object. */
export function toMapping(value: object, pointer = '', depth = 0): { [key: string]: Json } {
  const pairs = Object.entries(value).map(([key, item]): [string, Json] => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (REFUSED_KEYS.has(key)) throw invalid('The key is reserved.', at);
    return [key, toJson(item, at, depth + 1)];
  });
  return Object.fromEntries(pairs);
}
