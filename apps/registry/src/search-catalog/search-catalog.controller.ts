import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { catalogEntrySchema } from '@loam/contracts/registry';
import { SearchCatalog } from '@loam/contracts/search';
import { kindSchema } from '@loam/contracts/skill';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import type { Found } from '@loam/search';
import { findEntries, keyOf } from '../found-entries';
import { QueryMeaning } from '../query-meaning';
import { cursorOf, placeOf } from '../search-cursor';
import { TenantSearch } from '../tenant-search';
import { explain } from './explain';

type Answer = Output<typeof SearchCatalog> | Rejection<ProblemOf<typeof SearchCatalog>>;

@Controller()
export class SearchCatalogController {
  constructor(
    private readonly database: Database,
    private readonly search: TenantSearch,
    private readonly meaning: QueryMeaning,
  ) {}

  @OnRequest(SearchCatalog)
  async find({ cursor, limit, ...query }: Input<typeof SearchCatalog>, call: Call): Promise<Answer> {
    const after = cursor === null ? null : placeOf(query, cursor);
    if (after === undefined) return reject('cursor-invalid', 'This cursor is of another search.');
    const { text, kind, tags, author, status, rank } = query;
    const meant = query.semantic && text.trim() !== '' ? await this.meaning.of(text) : undefined;
    const found = await this.search.search(call.tenant, {
      ...{
        mode: rank === 'proven' ? rank : 'ranked',
        text,
        semantic: meant ?? null,
        limit,
        after,
        facets: true,
      },
      narrowing: { kinds: kind === null ? kindSchema.options : [kind], tags, author, statuses: [status] },
    });
    return {
      items: await this.itemsOf(found, call),
      facets: found.facets ?? { kind: [], status: [], author: [], tag: [] },
      total: found.total,
      next: found.next === null ? null : cursorOf(query, found.next),
      corrected: found.corrected,
      semantic: meant !== undefined,
    };
  }

  private async itemsOf({ hits, stems }: Found, call: Call): Promise<Output<typeof SearchCatalog>['items']> {
    const entries = await this.database.tenant(call.tenant, (tx) => findEntries(tx, hits));
    const wanted = new Set(stems);
    return hits.flatMap((hit) => {
      const entry = entries.get(keyOf(hit));
      if (entry === undefined) return [];
      const { score, similarity } = hit;
      const skill = catalogEntrySchema.parse(entry);
      return [{ skill, author: entry.publishedBy, score, similarity, ...explain(entry, wanted) }];
    });
  }
}
