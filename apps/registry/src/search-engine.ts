import { SearchIndex, type Found, type Search, type SearchDocument, type Use } from '@loam/search';

/** What the thread that holds the indexes is asked to do. Answers come in the order of the questions. */
export type EngineTask =
  | { readonly task: 'open'; readonly tenant: string; readonly dimensions: number }
  | {
      readonly task: 'change';
      readonly tenant: string;
      readonly put: readonly SearchDocument[];
      readonly gone: readonly { readonly kind: string; readonly slug: string }[];
      readonly used: readonly {
        readonly kind: string;
        readonly slug: string;
        readonly use: Use;
      }[];
    }
  | { readonly task: 'search'; readonly tenant: string; readonly search: Search }
  | { readonly task: 'drop'; readonly tenant: string };

export interface EngineAnswer {
  /** Whether the tenant's index is there; it is not after the thread had to be started anew. */
  readonly known: boolean;
  /** How much memory that index takes. */
  readonly bytes: number;
  readonly found: Found | null;
}

const UNKNOWN: EngineAnswer = { known: false, bytes: 0, found: null };

/** The indexes of all tenants that are in memory. */
export class SearchEngine {
  private readonly indexes = new Map<string, SearchIndex>();

  handle(task: EngineTask): EngineAnswer {
    if (task.task === 'open') this.indexes.set(task.tenant, new SearchIndex(task.dimensions));
    const index = this.indexes.get(task.tenant);
    if (index === undefined) return UNKNOWN;
    let found: Found | null = null;
    if (task.task === 'drop') this.indexes.delete(task.tenant);
    if (task.task === 'search') found = index.search(task.search);
    if (task.task === 'change') {
      for (const { kind, slug } of task.gone) index.remove(kind, slug);
      for (const document of task.put) index.put(document);
      for (const { kind, slug, use } of task.used) index.setUse(kind, slug, use);
    }
    return { known: true, bytes: index.bytes, found };
  }
}
