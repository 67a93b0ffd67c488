import type { Documents } from './documents';
import { Interned, type Numbers } from './numbers';
import { Top } from './top';

/** How many of the found items are of each kind, status, author and tag; the most frequent first. */
export interface Facets {
  readonly kind: FacetCount[];
  readonly status: FacetCount[];
  readonly author: FacetCount[];
  readonly tag: FacetCount[];
}

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

const MOST_VALUES = 50;

/** Counts over all of the documents; of each facet the 50 most frequent values are told. */
export function countFacets(documents: Documents, docs: Numbers): Facets {
  const classes = new Uint32Array(256);
  const authors = new Uint32Array(documents.authorNames.texts.length);
  const tags = new Uint32Array(documents.tagNames.texts.length);
  const countTag = (tag: number): void => {
    tags[tag] = (tags[tag] ?? 0) + 1;
  };
  docs.each((doc) => {
    const [classId, author] = [documents.classOf(doc), documents.authorOf(doc)];
    classes[classId] = (classes[classId] ?? 0) + 1;
    authors[author] = (authors[author] ?? 0) + 1;
    documents.eachTag(doc, countTag);
  });
  const kinds = new Interned();
  const statuses = new Interned();
  const byKind = new Uint32Array(classes.length);
  const byStatus = new Uint32Array(classes.length);
  classes.forEach((count, id) => {
    if (count === 0) return;
    const { kind, status } = documents.className(id);
    const [kindId, statusId] = [kinds.idOf(kind), statuses.idOf(status)];
    byKind[kindId] = (byKind[kindId] ?? 0) + count;
    byStatus[statusId] = (byStatus[statusId] ?? 0) + count;
  });
  return {
    kind: frequent(byKind, kinds),
    status: frequent(byStatus, statuses),
    author: frequent(authors, documents.authorNames),
    tag: frequent(tags, documents.tagNames),
  };
}

function frequent(counts: Uint32Array, names: Interned): FacetCount[] {
  const top = new Top(MOST_VALUES, (a, b) => {
    const difference = (counts[a] ?? 0) - (counts[b] ?? 0);
    return difference > 0 || (difference === 0 && names.textOf(a) < names.textOf(b));
  });
  counts.forEach((count, id) => {
    if (count > 0) top.offer(id);
  });
  return top.sorted().map((id) => ({ value: names.textOf(id), count: counts[id] ?? 0 }));
}
