import { z } from 'zod';
import { judgeSchema, outcomeSchema, signalSourceSchema, signalTypeSchema } from '@loam/contracts/telemetry';
import { kindSchema } from '@loam/contracts/skill';
import type { Fact } from './facts';
import type { Column } from './unnest';

/** The columns of usage_facts. */
export const factColumns: readonly Column<Fact>[] = [
  ['tenant_id', 'uuid', ({ tenant }) => tenant],
  ['event_id', 'uuid', ({ id }) => id],
  ['at', 'timestamptz', ({ at }) => at],
  ['received_at', 'timestamptz', ({ received }) => received],
  ['skewed', 'boolean', ({ skewed }) => skewed],
  ['event', 'text', ({ type }) => type],
  ['source', 'text', ({ source }) => source],
  ['kind', 'text', ({ kind }) => kind],
  ['slug', 'text', ({ slug }) => slug],
  ['version', 'text', ({ version }) => version],
  ['project', 'text', ({ project }) => project],
  ['session', 'text', ({ session }) => session],
  ['person', 'text', ({ person }) => person],
  ['trigger', 'text', ({ trigger }) => trigger],
  // An array of arrays would have to be rectangular.
  ['keys', 'text', ({ keys }) => keys.join(' ')],
  ['invocation', 'uuid', ({ invocation }) => invocation],
  ['actor', 'text', ({ actor }) => actor],
  ['outcome', 'text', ({ outcome }) => outcome],
  ['judge', 'text', ({ judge }) => judge],
  ['rating', 'int', ({ rating }) => rating],
  ['duration_ms', 'int', ({ durationMs }) => durationMs],
  ['follow_ups', 'int', ({ followUps }) => followUps],
  ['cost_micros', 'float8', ({ costMicros }) => costMicros],
  ['times', 'int', ({ times }) => times],
];

/** From a row of the database, or from one of an archive. */
const time = z.coerce.date().transform((date) => date.toISOString());

/** A row of usage_facts as the fact that it keeps. */
export const factRowSchema = z
  .object({
    tenant_id: z.string(),
    event_id: z.string(),
    ...{ at: time, received_at: time, skewed: z.boolean() },
    ...{ event: signalTypeSchema, source: signalSourceSchema, kind: kindSchema, slug: z.string() },
    ...{ version: z.string(), project: z.string(), session: z.string(), person: z.string() },
    ...{ trigger: z.string(), keys: z.string(), invocation: z.string().nullable(), actor: z.string() },
    ...{ outcome: outcomeSchema.nullable(), judge: judgeSchema.nullable(), rating: z.number().nullable() },
    duration_ms: z.number().nullable(),
    follow_ups: z.number().nullable(),
    cost_micros: z.number().nullable(),
    times: z.number(),
  })
  .transform((row): Fact => ({
    ...{ tenant: row.tenant_id, id: row.event_id, at: row.at, received: row.received_at, skewed: row.skewed },
    ...{ type: row.event, source: row.source, kind: row.kind, slug: row.slug, version: row.version },
    ...{ project: row.project, session: row.session, person: row.person, trigger: row.trigger },
    keys: row.keys === '' ? [] : row.keys.split(' '),
    ...{ invocation: row.invocation, actor: row.actor, outcome: row.outcome, judge: row.judge },
    ...{ rating: row.rating, durationMs: row.duration_ms, followUps: row.follow_ups },
    ...{ costMicros: row.cost_micros, times: row.times },
  }));
