import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { WhichExist } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';

const FIND = `
  SELECT bool_or(v.version IS NOT NULL) AS item, bool_or(asked.version IS NULL OR v.version = asked.version) AS version
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (kind, slug, version, place)
  LEFT JOIN skill_versions v ON v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = asked.kind
    AND v.slug = asked.slug
  GROUP BY place ORDER BY place`;

@Controller()
export class WhichExistController {
  constructor(private readonly database: Database) {}

  /** What was withdrawn exists all the same: it may be in use where it was installed. */
  @OnRequest(WhichExist)
  async find({ items }: Input<typeof WhichExist>, call: Call): Promise<Output<typeof WhichExist>> {
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<{ item: boolean; version: boolean | null }[]>(FIND, [
        items.map(({ kind }) => kind),
        items.map(({ slug }) => slug),
        items.map(({ version }) => version),
      ]),
    );
    return {
      found: rows.map(({ item, version }) => {
        if (!item) return 'skill-not-found';
        return version === true ? 'found' : 'version-not-found';
      }),
    };
  }
}
