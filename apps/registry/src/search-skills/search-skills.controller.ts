import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { catalogEntrySchema } from '@loam/contracts/registry';
import { SearchSkills } from '@loam/contracts/search';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findEntries, keyOf } from '../found-entries';
import { QueryMeaning } from '../query-meaning';
import { cursorOf, placeOf, type SearchPlace } from '../search-cursor';
import { TenantSearch } from '../tenant-search';
import { listSkills } from './list-skills.queries';

type Query = Input<typeof SearchSkills>;
type Answer = Output<typeof SearchSkills> | Rejection<ProblemOf<typeof SearchSkills>>;

@Controller()
export class SearchSkillsController {
  constructor(
    private readonly database: Database,
    private readonly search: TenantSearch,
    private readonly meaning: QueryMeaning,
  ) {}

  @OnRequest(SearchSkills)
  async find({ cursor, limit, ...query }: Query, call: Call): Promise<Answer> {
    const place = cursor === null ? null : placeOf(query, cursor);
    if (place === undefined) return reject('cursor-invalid', 'This cursor is of another search.');
    const page = { ...query, limit, place };
    return query.semantic === null && (query.query ?? '').trim() === ''
      ? this.list(page, call)
      : this.searchFor(page, call);
  }

  private async list({ limit, place, ...query }: Page, call: Call): Promise<Answer> {
    const found = await this.database.tenant(call.tenant, (tx) =>
      listSkills(tx, { ...query, limit: limit + 1 }, place?.slug ?? ''),
    );
    const items = found.slice(0, limit).map((skill) => ({ skill, similarity: null }));
    const last = items.at(-1)?.skill;
    const more = found.length > limit && last !== undefined;
    return { items, next: more ? cursorOf(query, { ...last, score: 0, asOf: 0 }) : null };
  }

  private async searchFor({ limit, place, ...query }: Page, call: Call): Promise<Answer> {
    const { semantic: text, minSimilarity, kind, tags, author, status } = query;
    const meant = text === null ? undefined : await this.meaning.of(text);
    if (text !== null && meant === undefined)
      return reject('embeddings-unavailable', 'The embeddings did not answer in time.');
    const narrowing = { kinds: [kind], tags, author, statuses: [status] };
    const page = { narrowing, limit, after: place };
    const contained = { mode: 'contained', text: query.query ?? '', semantic: null, facets: false } as const;
    const { hits, next } =
      meant === undefined
        ? await this.search.search(call.tenant, { ...page, ...contained })
        : await this.search.similar(call.tenant, { ...page, semantic: { ...meant, least: minSimilarity } });
    const entries = await this.database.tenant(call.tenant, (tx) => findEntries(tx, hits));
    return {
      items: hits.flatMap((hit) => {
        const entry = entries.get(keyOf(hit));
        return entry === undefined
          ? []
          : [{ skill: catalogEntrySchema.parse(entry), similarity: hit.similarity }];
      }),
      next: next === null ? null : cursorOf(query, next),
    };
  }
}

type Page = Omit<Query, 'cursor'> & { readonly place: SearchPlace | null };
