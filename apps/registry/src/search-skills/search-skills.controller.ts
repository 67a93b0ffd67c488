import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { catalogEntrySchema, SearchSkills } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { VERSION } from '../catalog.queries';

/** The words of a query as patterns for ILIKE; what would be a wildcard is taken for itself. */
const patternsOf = (query: string): string[] =>
  query
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);

@Controller()
export class SearchSkillsController {
  constructor(private readonly database: Database) {}

  /** Every word must occur in slug or description, and every tag must be there; exact slug first, then by slug. */
  @OnRequest(SearchSkills)
  search(
    { kind, query, tags, limit }: Input<typeof SearchSkills>,
    call: Call,
  ): Promise<Output<typeof SearchSkills>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const rows = await tx.query<unknown[]>(
        `SELECT ${VERSION} FROM skill_versions v JOIN skills s USING (tenant_id, kind, slug, version)
         WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND s.status = 'published'
           AND v.tags @> $2 AND (v.slug || ' ' || v.description) ILIKE ALL ($3)
         ORDER BY v.slug = $4 DESC, v.slug LIMIT $5`,
        [kind, tags, patternsOf(query ?? ''), query ?? '', limit],
      );
      return catalogEntrySchema.array().parse(rows);
    });
  }
}
