import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { GetSkill, GetSkillDetail, ListVersions, type SkillVersion } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findLatest, findVersion, findVersions } from '../catalog.queries';

const VERSIONS = 50;

type Missing = Rejection<'skill-not-found'>;
const missing = ({ kind, slug }: Item): Missing =>
  reject('skill-not-found', `There is no ${kind} called ${slug}.`);

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
  ): Promise<Output<typeof GetSkill> | Missing | Rejection<'version-not-found'>> {
    return this.database.tenant(call.tenant, async (tx) => {
      if (version === null) return (await findLatest(tx, item)) ?? missing(item);
      const found = await findVersion(tx, item, version);
      return found ?? reject('version-not-found', `There is no version ${version} of ${item.slug}.`);
    });
  }

  @OnRequest(GetSkillDetail)
  getDetail(
    item: Input<typeof GetSkillDetail>,
    call: Call,
  ): Promise<Output<typeof GetSkillDetail> | Missing> {
    return this.database.tenant(call.tenant, async (tx) => {
      const skill = await findLatest(tx, item);
      if (skill === undefined) return missing(item);
      const requires = await requiredBy(tx, skill);
      return { skill, requires, requiredBy: item.kind === 'skill' ? await requiring(tx, item.slug) : [] };
    });
  }

  @OnRequest(ListVersions)
  list(item: Input<typeof ListVersions>, call: Call): Promise<Output<typeof ListVersions> | Missing> {
    return this.database.tenant(call.tenant, async (tx) => {
      const versions = await findVersions(tx, item, VERSIONS);
      return versions.length === 0 ? missing(item) : versions;
    });
  }
}
