import { createHash } from 'node:crypto';

const LONGEST = 64;
const HASH = 8;

/** A slug that says the same as a name; undefined where nothing of it can be written in one. Too long ones end in a hash. */
export function slugOf(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-');
  if (slug.length <= LONGEST) return slug === '' ? undefined : slug;
  const hash = createHash('sha256').update(slug).digest('hex').slice(0, HASH);
  return `${slug.slice(0, LONGEST - HASH - 1).replace(/-$/, '')}-${hash}`;
}
