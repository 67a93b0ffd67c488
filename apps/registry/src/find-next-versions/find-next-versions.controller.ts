import { Controller } from '@nestjs/common';
import { compareBuild, inc } from 'semver';
import type { Input, Output } from '@loam/contracts/define';
import { FindNextVersions } from '@loam/contracts/registry';
import { slugSchema } from '@loam/contracts/skill';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';

/** How many names are tried for one that nothing has. */
const NAMES = 9;

const FIND = `
  SELECT asked.place::int AS place, array_agg(v.version) FILTER (WHERE v.version IS NOT NULL) AS versions,
    (SELECT min(n) FROM generate_series(2, ${String(NAMES)}) n WHERE NOT EXISTS (SELECT FROM skill_versions t
      WHERE t.tenant_id = current_setting('loam.tenant')::uuid AND t.kind = asked.kind
        AND t.slug = asked.slug || '-' || n)) AS free
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (kind, slug, place)
  LEFT JOIN skill_versions v ON v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = asked.kind
    AND v.slug = asked.slug
  GROUP BY asked.kind, asked.slug, asked.place ORDER BY asked.place`;

@Controller()
export class FindNextVersionsController {
  constructor(private readonly database: Database) {}

  /** Numbers of versions that were withdrawn are used up too. */
  @OnRequest(FindNextVersions)
  async find(
    { items }: Input<typeof FindNextVersions>,
    call: Call,
  ): Promise<Output<typeof FindNextVersions>> {
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<{ versions: string[] | null; free: number | null }[]>(FIND, [
        items.map(({ kind }) => kind),
        items.map(({ slug }) => slug),
      ]),
    );
    return {
      found: items.map(({ slug }, place) => {
        const version = rows[place]?.versions?.sort(compareBuild).at(-1);
        const nextVersion = version === undefined ? null : inc(version, 'minor');
        if (version === undefined || nextVersion === null) return null;
        const free = slugSchema.safeParse(`${slug}-${String(rows[place]?.free ?? '')}`);
        return { version, nextVersion, freeSlug: free.success ? free.data : null };
      }),
    };
  }
}
