import { stem } from './stem';
import { wordsOf } from './words';

/** How many numbers a hashing vector has. */
export const HASHING_DIMENSIONS = 256;

/** FNV-1a, 32 bits, over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  // The lower bits alone are weak; mix them (the finaliser of MurmurHash3).
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * A vector of what a text is made of: its stems, and with less weight their trigrams, each hashed to a place and a
 * sign (feature hashing, Weinberger et al. 2009). It finds texts with words, or parts of words, in common. It does
 * not know what words mean.
 * @returns 256 numbers of length 1 together, or all 0 for a text without words
 */
export function hashingVector(text: string): Float32Array {
  const counts = new Map<string, number>();
  const count = (feature: string, weight: number): void => {
    counts.set(feature, (counts.get(feature) ?? 0) + weight);
  };
  for (const { word } of wordsOf(text)) {
    const root = stem(word);
    count(root, 1);
    const edged = `^${root}$`;
    for (let i = 0; i + 3 <= edged.length; i += 1) count(`#${edged.slice(i, i + 3)}`, 0.25);
  }
  const vector = new Float32Array(HASHING_DIMENSIONS);
  for (const [feature, weight] of counts) {
    const hashed = hash(feature);
    const place = hashed % HASHING_DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + (hashed & 0x80000000 ? -1 : 1) * Math.log1p(weight);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
