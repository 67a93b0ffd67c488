import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { FindNearDuplicate } from '@loam/contracts/search';
import { kindSchema } from '@loam/contracts/skill';
import { Database } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { meaningText } from '@loam/search';
import { findEntries } from '../found-entries';
import { QueryMeaning } from '../query-meaning';
import { TenantSearch } from '../tenant-search';

type Answer = Output<typeof FindNearDuplicate> | Rejection<'embeddings-unavailable'>;

/** What is hardly similar is not worth telling of. */
const LEAST = 0.1;

@Controller()
export class FindNearDuplicateController {
  constructor(
    private readonly database: Database,
    private readonly search: TenantSearch,
    private readonly meaning: QueryMeaning,
  ) {}

  @OnRequest(FindNearDuplicate)
  async find(item: Input<typeof FindNearDuplicate>, call: Call): Promise<Answer> {
    const text = meaningText({ ...item, name: item.name ?? '', whenToUse: item.whenToUse ?? '' });
    const meant = await this.meaning.of(text);
    if (meant === undefined)
      return reject('embeddings-unavailable', 'The embeddings did not answer in time.');
    const { hits } = await this.search.similar(call.tenant, {
      semantic: { ...meant, least: LEAST },
      narrowing: { kinds: kindSchema.options, tags: [], author: null, statuses: ['published'] },
      ...{ limit: 1, after: null },
    });
    const entries = await this.database.tenant(call.tenant, (tx) => findEntries(tx, hits));
    const [entry] = entries.values();
    const similarity = hits[0]?.similarity;
    if (entry === undefined || similarity == null) return { neighbour: null };
    const { kind, slug, version } = entry;
    const { duplicate: threshold } = this.meaning;
    return { neighbour: { item: { kind, slug }, version, similarity: Math.min(similarity, 1), threshold } };
  }
}
