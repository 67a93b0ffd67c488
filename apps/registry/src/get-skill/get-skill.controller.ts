import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetSkill, GetSkillDetail, ListVersions, type SkillVersion } from '@loam/contracts/registry';
import type { DecayRule } from '@loam/contracts/decay-policy';
import type { Item } from '@loam/contracts/skill';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findSelected, findVersions } from '../catalog.queries';

/** Slugs that this version requires, with the version that the catalog shows of each, or an empty text. */
const requiredBy = (tx: Tx, { kind, slug, version }: SkillVersion): Promise<Link[]> =>
  tx.query(
    `SELECT d.requires_slug AS slug, coalesce(s.version, '') AS version, d.range FROM dependencies d
     LEFT JOIN skills s ON s.tenant_id = d.tenant_id AND s.kind = 'skill' AND s.slug = d.requires_slug
       AND s.status = 'published'
     WHERE d.tenant_id = current_setting('loam.tenant')::uuid AND d.kind = $1 AND d.slug = $2 AND d.version = $3
     ORDER BY d.requires_slug`,
    [kind, slug, version],
  );

/** The items whose shown version requires this slug. */
const requiring = (tx: Tx, slug: string): Promise<Link[]> =>
  tx.query(
    `SELECT d.slug, d.version, d.range FROM dependencies d
     JOIN skills s USING (tenant_id, kind, slug, version)
     WHERE d.tenant_id = current_setting('loam.tenant')::uuid AND d.requires_slug = $1 AND s.status = 'published'
     ORDER BY d.slug, d.kind`,
    [slug],
  );

/** What decay says of an item, where it is a candidate. */
async function decayOf(tx: Tx, { kind, slug }: Item): Promise<Output<typeof GetSkillDetail>['decay']> {
  const [note] = await tx.query<{ rules: DecayRule[]; since: Date }[]>(
    `SELECT rules, since FROM decay_notes
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2 AND rules <> '{}'`,
    [kind, slug],
  );
  return note === undefined ? null : { rules: note.rules, since: note.since.toISOString() };
}

interface Link {
  readonly slug: string;
  readonly version: string;
  readonly range: string;
}

@Controller()
export class GetSkillController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetSkill)
  get(
    { version, ...item }: Input<typeof GetSkill>,
    call: Call,
  ): Promise<Output<typeof GetSkill> | Rejection<ProblemOf<typeof GetSkill>>> {
    return this.database.tenant(call.tenant, (tx) => findSelected(tx, item, version));
  }

  @OnRequest(GetSkillDetail)
  getDetail(
    { version, ...item }: Input<typeof GetSkillDetail>,
    call: Call,
  ): Promise<Output<typeof GetSkillDetail> | Rejection<ProblemOf<typeof GetSkillDetail>>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const skill = await findSelected(tx, item, version);
      if ('rejected' in skill) return skill;
      const requires = await requiredBy(tx, skill);
      const dependants = item.kind === 'skill' ? await requiring(tx, item.slug) : [];
      return { skill, requires, requiredBy: dependants, decay: await decayOf(tx, item) };
    });
  }

  @OnRequest(ListVersions)
  list(
    { limit, kind, slug }: Input<typeof ListVersions>,
    call: Call,
  ): Promise<Output<typeof ListVersions> | Rejection<'skill-not-found'>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const versions = await findVersions(tx, { kind, slug }, limit);
      return versions.length === 0
        ? reject('skill-not-found', `There is no ${kind} called ${slug}.`)
        : versions;
    });
  }
}
