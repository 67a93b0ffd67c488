import type { SearchDocument } from './documents';

/** What the vector of an item stands for: what the item says it is for, without its body. */
export const meaningText = ({
  slug,
  name,
  description,
  whenToUse,
  tags,
}: Pick<SearchDocument, 'slug' | 'name' | 'description' | 'whenToUse' | 'tags'>): string =>
  [name === '' ? slug.replaceAll('-', ' ') : name, description, whenToUse, tags.join(' ')].join('\n');
