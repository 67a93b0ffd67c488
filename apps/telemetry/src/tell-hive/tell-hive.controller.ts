import { Controller } from '@nestjs/common';
import type { Input, Output } from '@loam/contracts/define';
import { AskHive, ReportToHive } from '@loam/contracts/hive';
import { Database } from '@loam/database';
import { uuidv7 } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { policyOf } from '../usage-policy';

const KEEP = `
  INSERT INTO hive_reports (tenant_id, id, skill_name, outcome, tags, summary)
  VALUES (current_setting('loam.tenant')::uuid, $1, $2, $3, $4, $5)`;

// What is looked for is taken for itself, wildcards included.
const STATS = `
  SELECT skill_name AS "skillName", count(*)::int AS total,
    (count(*) FILTER (WHERE outcome = 'success'))::int AS successes,
    (count(*) FILTER (WHERE outcome = 'failure'))::int AS failures,
    (count(*) FILTER (WHERE outcome = 'partial'))::int AS partials,
    to_char(max(received_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lastSeen"
  FROM hive_reports
  WHERE tenant_id = current_setting('loam.tenant')::uuid
    AND ($1::text IS NULL OR position(lower($1) IN lower(skill_name)) > 0)
    AND ($2::text IS NULL OR skill_name = $2)
  GROUP BY skill_name ORDER BY total DESC, skill_name LIMIT $3`;

/** The lane of reports that nobody vouches for: they are kept, counted and shown apart from everything else. */
@Controller()
export class TellHiveController {
  constructor(private readonly database: Database) {}

  @OnRequest(ReportToHive)
  async report(report: Input<typeof ReportToHive>, call: Call): Promise<Output<typeof ReportToHive>> {
    const id = uuidv7();
    const { skillName, outcome, tags, summary } = report;
    return this.database.tenant(call.tenant, async (tx) => {
      if (!(await policyOf(tx)).tracking) return { id, status: 'declined' };
      await tx.query(KEEP, [id, skillName, outcome, tags, summary]);
      return { id };
    });
  }

  @OnRequest(AskHive)
  async ask({ query, skillName, limit }: Input<typeof AskHive>, call: Call): Promise<Output<typeof AskHive>> {
    const rows = await this.database.tenant(call.tenant, (tx) =>
      tx.query<unknown[]>(STATS, [query, skillName, limit]),
    );
    return AskHive.output.parse(rows);
  }
}
