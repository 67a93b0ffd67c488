import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { findingSchema, type SkillVersion } from '@loam/contracts/registry';
import { GetFindings } from '@loam/contracts/safety';
import { versionSchema, type Item } from '@loam/contracts/skill';
import { Database, type Tx } from '@loam/database';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findSelected, findVersion } from '../catalog.queries';

type Missing = Rejection<ProblemOf<typeof GetFindings>>;

const judgedRow = z.object({
  ruleSet: z.string().nullable(),
  scannedAt: z.string().nullable(),
  findings: z.array(findingSchema),
  findingsTotal: z.int(),
  capabilities: z.array(z.string()),
  reviewed: z.enum(['allow', 'block']).nullable(),
  digestBlocked: z.boolean(),
});

@Controller()
export class GetFindingsController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetFindings)
  find(
    { version, ...item }: Input<typeof GetFindings>,
    call: Call,
  ): Promise<Output<typeof GetFindings> | Missing> {
    return this.database.tenant(call.tenant, async (tx) => {
      const skill = version === null ? await shown(tx, item) : await findSelected(tx, item, version);
      if ('rejected' in skill) return skill;
      const { slug, sha256, verdict, blastRadius } = skill;
      return { slug, version: skill.version, sha256, verdict, blastRadius, ...(await judged(tx, skill)) };
    });
  }
}

/** What the catalog shows of an item, also where the gate holds all of it back. */
async function shown(tx: Tx, item: Item): Promise<SkillVersion | Missing> {
  const rows = await tx.query<unknown[]>(
    `SELECT version FROM skills
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2`,
    [item.kind, item.slug],
  );
  const [row] = z.array(z.object({ version: versionSchema })).parse(rows);
  const skill = row && (await findVersion(tx, item, row.version));
  if (skill === undefined) return reject('skill-not-found', `There is no ${item.kind} called ${item.slug}.`);
  return skill.status === 'erased' ? reject('version-erased', `${item.slug} was erased.`) : skill;
}

async function judged(tx: Tx, { kind, slug, version }: SkillVersion): Promise<z.output<typeof judgedRow>> {
  const [row] = await tx.query<unknown[]>(
    `SELECT s.rule_set AS "ruleSet", coalesce(s.findings, '[]') AS findings,
       coalesce(s.findings_total, 0) AS "findingsTotal", coalesce(s.capabilities, '{}') AS capabilities,
       to_char(s.scanned_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "scannedAt",
       v.reviewed, v.digest_blocked AS "digestBlocked"
     FROM skill_versions v LEFT JOIN scans s USING (tenant_id, kind, slug, version)
     WHERE v.tenant_id = current_setting('loam.tenant')::uuid AND v.kind = $1 AND v.slug = $2 AND v.version = $3`,
    [kind, slug, version],
  );
  return judgedRow.parse(row);
}
