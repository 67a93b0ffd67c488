import { Controller } from '@nestjs/common';
import { compare } from 'semver';
import { z } from 'zod';
import type { Input, Output } from '@loam/contracts/define';
import { GetSkillStats } from '@loam/contracts/usage';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { countersOf, QUANTITIES } from '../counters';
import { regressionsOf } from '../regression';
import { outcomesOf, rateOf } from '../success-rate';

const OURS = "tenant_id = current_setting('loam.tenant')::uuid AND kind = $1 AND slug = $2";

const STATS = `
  SELECT days.*, durations.median
  FROM (
    SELECT version, to_char(min(day), 'YYYY-MM-DD') AS first_used, nullif(max(last_used_at), '-infinity') AS last_used_at,
      ${QUANTITIES.map((q) => `sum(${q})::float8 AS ${q}`).join(', ')}
    FROM usage_days WHERE ${OURS} GROUP BY version
  ) AS days LEFT JOIN (
    SELECT version, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms))::int AS median
    FROM invocations WHERE ${OURS} AND duration_ms IS NOT NULL GROUP BY version
  ) AS durations USING (version)`;

const number = z.number();
const rowSchema = z.object({
  ...{ version: z.string(), first_used: z.string(), last_used_at: z.date().nullable() },
  ...{ median: number.nullable(), views: number, downloads: number, installs: number },
  ...{ activations: number, invocations: number, successes: number, partials: number },
  ...{ failures: number, corrections: number, cost_micros: number },
});
type Row = z.output<typeof rowSchema>;

const newestFirst = (a: Row, b: Row): number =>
  a.version === '' || b.version === ''
    ? Number(a.version === '') - Number(b.version === '')
    : compare(b.version, a.version);

const shown = (row: Row) => ({
  ...countersOf(row),
  success: rateOf(outcomesOf(row)),
  version: row.version === '' ? null : row.version,
  uses: row.views + row.downloads + row.activations + row.invocations,
  unknowns: row.invocations - row.successes - row.partials - row.failures,
  medianDurationMs: row.median,
  firstUsed: row.first_used,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});

@Controller()
export class GetSkillStatsController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetSkillStats)
  async stats(
    { kind, slug }: Input<typeof GetSkillStats>,
    call: Call,
  ): Promise<Output<typeof GetSkillStats>> {
    const rows = rowSchema
      .array()
      .parse(await this.database.tenant(call.tenant, (tx) => tx.query<unknown[]>(STATS, [kind, slug])));
    const known = rows.filter(({ version }) => version !== '');
    const regressions = regressionsOf(known.map((row) => ({ version: row.version, ...outcomesOf(row) })));
    const regressionOf = ({ version }: Row) => {
      const found = regressions.find((regression) => regression.version === version);
      return found === undefined ? null : { than: found.than, probability: found.probability };
    };
    return {
      versions: rows.toSorted(newestFirst).map((row) => ({ ...shown(row), regression: regressionOf(row) })),
    };
  }
}
