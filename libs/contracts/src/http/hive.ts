import { z } from 'zod';
import { defineRoute } from '../define';
import { outcomeSchema } from '../telemetry';

const params = z.object({ tenant: z.string().min(1).max(64) });

/** Statistics as clients of the hive read them: the rate has two decimals, the time no zone. */
const statsSchema = z
  .object({
    skill_name: z.string(),
    total: z.int(),
    successes: z.int(),
    failures: z.int(),
    partials: z.int(),
    success_rate: z.number(),
    last_seen: z.string(),
  })
  .meta({ id: 'HiveStats' });
const list = z.object({ skills: z.array(statsSchema) });

export const reportToHive = defineRoute('reportToHive', 'POST /v1/hive/{tenant}/report', {
  tag: 'Hive',
  summary: 'Report how a skill did, without a token; kept apart from what members report',
  scope: null,
  params,
  body: z
    .object({
      /** A slug, or a name like one, such as `plugin:skill`. */
      skill_name: z
        .string()
        .trim()
        .max(128)
        .regex(/^[A-Za-z0-9][\w.:-]*$/, 'use letters, digits and _ . : -'),
      outcome: outcomeSchema,
      tags: z.array(z.string()).optional(),
      summary: z.string().max(80).optional(),
      timestamp: z.iso.datetime({ offset: true }).optional(),
    })
    .meta({ id: 'HiveReport' }),
  response: z.object({
    id: z.uuid(),
    /** Nothing was kept, as who reports it wishes (`DNT: 1`, `Sec-GPC: 1`), or the tenant by its policy. */
    status: z.literal('declined').optional(),
  }),
  problems: ['not-found', 'rate-limited'],
});

export const queryHive = defineRoute('queryHive', 'POST /v1/hive/{tenant}/query', {
  tag: 'Hive',
  summary: 'Skills whose name holds a text, with how they did',
  scope: null,
  params,
  body: z.object({ query: z.string().trim().min(1).max(256) }).meta({ id: 'HiveQuery' }),
  response: list,
  problems: ['not-found', 'rate-limited'],
});

export const hiveStats = defineRoute('hiveStats', 'GET /v1/hive/{tenant}/stats/{skill}', {
  tag: 'Hive',
  summary: 'How one skill did',
  scope: null,
  params: params.extend({ skill: z.string().min(1).max(128) }),
  response: statsSchema,
  problems: ['not-found', 'skill-not-found', 'rate-limited'],
});

export const hiveCatalog = defineRoute('hiveCatalog', 'GET /v1/hive/{tenant}/catalog', {
  tag: 'Hive',
  summary: 'Every skill that was told of, with how it did, at most 1,000',
  scope: null,
  params,
  response: list,
  problems: ['not-found', 'rate-limited'],
});
