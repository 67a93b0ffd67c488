import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { Input, Output } from '@loam/contracts/define';
import { signalSourceSchema } from '@loam/contracts/telemetry';
import { ExplainUsage } from '@loam/contracts/usage';
import { Database } from '@loam/database';
import { OnRequest, type Call } from '@loam/messaging';
import { factColumns, factRowSchema } from '../fact-columns';
import type { Fact } from '../facts';
import { names } from '../unnest';
import { policyOf } from '../usage-policy';
import { conditionsOf } from '../usage-filter';

const OURS = "tenant_id = current_setting('loam.tenant')::uuid";

/** The signals of a span themselves. */
const signalsIn = (where: string): string =>
  `at >= $1 AND at < $2 AND ($3::text IS NULL OR event = $3)${where}`;

// A clock may be a little ahead of another, and people rate what was done weeks ago.
/** The signals of the invocations that began in a span, whenever they were told, up to 31 days later. */
const signalsOfInvocations = (where: string): string => `
  at >= $1::timestamptz - interval '1 day' AND at < $2::timestamptz + interval '31 days' AND invocation IN (
    SELECT id FROM invocations
    WHERE ${OURS} AND at >= $1 AND at < $2 AND ($3::text IS NULL OR outcome = $3)${where}
  )`;

const ofInvocation = (name: string): string =>
  name === 'project' || name === 'trigger' ? `state->'about'->'value'->>'${name}'` : name;

// An activation is named after the smallest id among the signals that tell of it, so its group is found by a key.
const EXPLAIN = (which: string): string => `
  WITH page AS (
    SELECT ${names(factColumns)} FROM usage_facts
    WHERE ${OURS} AND ($4::timestamptz IS NULL OR (at, event_id) < ($4, $5::uuid)) AND ${which}
    ORDER BY at DESC, event_id DESC LIMIT $6
  )
  SELECT page.*, (
    SELECT array_agg(DISTINCT signal->>'source') FROM activation_keys k
      JOIN activation_groups g ON g.tenant_id = k.tenant_id AND g.id = k.group_id
      CROSS JOIN LATERAL jsonb_array_elements(g.signals) AS signal
    WHERE k.${OURS} AND k.key = ANY(string_to_array(page.keys, ' ')) AND page.keys <> '' AND page.event = 'activation'
      AND EXISTS (
        SELECT FROM jsonb_array_elements_text(signal->'keys') AS theirs WHERE theirs = ANY(string_to_array(page.keys, ' '))
      )
  ) AS sources,
  (SELECT coalesce(nullif(count(*) FILTER (WHERE u.dimension = 'person'), 0), count(*))::int FROM usage_uniques u
    WHERE u.${OURS} AND u.kind = page.kind AND u.slug = page.slug AND u.day = (page.at AT TIME ZONE 'UTC')::date
      AND u.dimension IN ('session', 'person')) AS crowd
  FROM page ORDER BY page.at DESC, page.event_id DESC`;

const besidesSchema = z.array(
  z.object({
    sources: z.array(signalSourceSchema).nullable(),
    /** How many people have used the item on that day, or sessions where nobody said who they are. */
    crowd: z.int(),
  }),
);
type Besides = z.output<typeof besidesSchema>[number];

const said = (text: string): string | null => (text === '' ? null : text);

const shown = (fact: Fact, { sources, crowd }: Besides, least: number) => ({
  ...{
    id: fact.id,
    at: fact.at,
    moved: fact.skewed,
    type: fact.type,
    source: fact.source,
    kind: fact.kind,
    slug: fact.slug,
  },
  ...{ version: said(fact.version), times: fact.times, project: said(fact.project) },
  session: crowd < least ? null : said(fact.session),
  trigger: said(fact.trigger),
  ...{ invocation: fact.invocation, outcome: fact.outcome ?? null },
  cost: fact.costMicros === null ? null : fact.costMicros / 1_000_000,
  sources: fact.type === 'activation' ? (sources ?? [fact.source]) : null,
});

const NOTHING: Besides = { sources: null, crowd: 0 };

@Controller()
export class ExplainUsageController {
  constructor(private readonly database: Database) {}

  @OnRequest(ExplainUsage)
  async explain(
    { from, to, event, after, filter, limit }: Input<typeof ExplainUsage>,
    call: Call,
  ): Promise<Output<typeof ExplainUsage>> {
    const { outcome } = filter;
    const isOfInvocations = outcome !== undefined || event === 'invocation';
    const where = isOfInvocations ? conditionsOf(filter, 7, ofInvocation) : conditionsOf(filter, 7);
    const which = isOfInvocations ? signalsOfInvocations(where.sql) : signalsIn(where.sql);
    const [rows, { leastPeople }] = await this.database.tenant(call.tenant, async (tx) => [
      await tx.query<unknown[]>(EXPLAIN(which), [
        ...[
          from,
          to,
          (isOfInvocations ? outcome : event) ?? null,
          after?.at ?? null,
          after?.id ?? null,
          limit + 1,
        ],
        ...where.parameters,
      ]),
      await policyOf(tx),
    ]);
    const facts = factRowSchema.array().parse(rows);
    const besides = besidesSchema.parse(rows);
    const last = facts.length > limit ? facts[limit - 1] : undefined;
    return {
      signals: facts
        .slice(0, limit)
        .map((fact, index) => shown(fact, besides[index] ?? NOTHING, leastPeople)),
      next: last === undefined ? null : { at: last.at, id: last.id },
    };
  }
}
