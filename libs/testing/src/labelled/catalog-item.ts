/** What a search over the catalog knows of an item. */
export interface CatalogItem {
  readonly kind: 'skill' | 'agent' | 'command';
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly whenToUse: string | null;
  readonly body: string;
}

/** How an item is named in `relevant`. */
export const itemKey = (item: Pick<CatalogItem, 'kind' | 'slug'>): string => `${item.kind}/${item.slug}`;
