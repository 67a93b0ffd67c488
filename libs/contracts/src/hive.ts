import { z } from 'zod';
import { defineCommand, defineQuery } from './define';
import { outcomeSchema } from './telemetry';

/** The name of a skill as a reporter gives it; it need not exist here. */
const skillNameSchema = z.string().trim().min(1).max(128);

/** What reports of unknown origin come to. They are counted apart and never among what members report. */
export const hiveStatsSchema = z.object({
  skillName: z.string(),
  /** Every report, those of an unknown outcome too. */
  total: z.int(),
  successes: z.int(),
  failures: z.int(),
  partials: z.int(),
  lastSeen: z.iso.datetime(),
});
export type HiveStats = z.output<typeof hiveStatsSchema>;

export const ReportToHive = defineCommand('telemetry.report-to-hive', 1, {
  summary: 'Keep a report of unknown origin, apart from what members report.',
  scope: 'telemetry:write',
  input: z.object({
    skillName: skillNameSchema,
    outcome: outcomeSchema,
    tags: z.array(z.string().max(32)).max(16),
    /** Redacted, at most 80 characters. */
    summary: z.string().max(80),
  }),
  output: z.object({
    id: z.uuid(),
    /** The tenant wants nothing recorded, and nothing was kept. */
    status: z.literal('declined').optional(),
  }),
});

export const AskHive = defineQuery('telemetry.ask-hive', 1, {
  summary:
    'What reports of unknown origin come to, of skills whose name holds a text, the most told of first.',
  scope: 'telemetry:write',
  input: z.object({
    /** Null for all. */
    query: z.string().nullable(),
    /** Exactly this name, where it is given. */
    skillName: skillNameSchema.nullable(),
    limit: z.int().min(1).max(1000),
  }),
  output: z.array(hiveStatsSchema),
});
