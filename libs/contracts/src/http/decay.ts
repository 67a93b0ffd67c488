import { z } from 'zod';
import {
  ExplainDecay,
  GetDecayDigest,
  GetDecayPolicy,
  ListDecayPolicies,
  ListStandings,
  ListSweeps,
  PinItem,
  RunSweep,
  SetDecayPolicy,
  TryDecayPolicy,
} from '../decay';
import { decayRuleSchema } from '../decay-policy';
import { defineRoute } from '../define';
import { kindSchema, slugSchema, versionSchema } from '../skill';
import { kindQuery, slugParams } from './registry';
import { clamped } from './telemetry';

export const decayCandidates = defineRoute('decayCandidates', 'GET /v1/tenant/skills/decay', {
  tag: 'Decay',
  summary: 'Live skills that are hardly used, longest unused first',
  scope: 'tenant:admin',
  query: z.object({
    days: clamped(180, 1, 1825),
    max_uses: clamped(3, 0, 100),
    limit: clamped(200, 1, 1000),
  }),
  response: z.array(
    z
      .object({
        slug: slugSchema,
        version: versionSchema,
        description: z.string(),
        use_count: z.int(),
        last_used_at: z.iso.datetime().nullable(),
        created_at: z.iso.datetime(),
      })
      .meta({ id: 'DecayCandidate' }),
  ),
});

const page = { limit: clamped(100, 1, 1000), cursor: z.string().max(1000).optional() };

export const decayStandings = defineRoute('decayStandings', 'GET /v1/tenant/decay/items', {
  tag: 'Decay',
  summary:
    'Where items stand, the faintest first: candidates with their rules unless another state is asked for; `below` is a decayed score',
  scope: 'tenant:admin',
  query: z.object({
    state: ListStandings.input.shape.state.default('decided'),
    kind: kindSchema.optional(),
    rule: decayRuleSchema.optional(),
    tag: z.string().max(64).optional(),
    below: z.coerce.number().positive().max(1e12).optional(),
    ...page,
  }),
  response: z
    .object({ items: ListStandings.output.shape.items, next_cursor: z.string().nullable() })
    .meta({ id: 'DecayStandings' }),
  problems: ['cursor-invalid'],
});

const standing = PinItem.output.meta({ id: 'DecayStanding' });

export const explainDecay = defineRoute('explainDecay', 'GET /v1/tenant/decay/items/{slug}', {
  tag: 'Decay',
  summary:
    'Why an item is a candidate or is none: inputs, rules, thresholds, policy, score, and the events behind them',
  scope: 'tenant:admin',
  params: slugParams,
  query: kindQuery,
  response: ExplainDecay.output.meta({ id: 'DecayExplained' }),
  problems: [...ExplainDecay.problems],
});

const itemRoute = {
  tag: 'Decay',
  scope: 'tenant:admin',
  params: slugParams,
  query: kindQuery,
  response: standing,
  problems: [...PinItem.problems],
} as const;

export const pinItem = defineRoute('pinItem', 'PUT /v1/tenant/decay/items/{slug}/pin', {
  ...itemRoute,
  summary: 'Never let an item become a candidate',
});

export const unpinItem = defineRoute('unpinItem', 'DELETE /v1/tenant/decay/items/{slug}/pin', {
  ...itemRoute,
  summary: 'Let an item become a candidate again',
});

export const snoozeItem = defineRoute('snoozeItem', 'PUT /v1/tenant/decay/items/{slug}/snooze', {
  ...itemRoute,
  summary: 'Let an item be no candidate for so many days',
  body: z.object({ days: z.int().min(1).max(3650) }).meta({ id: 'Snooze' }),
});

export const wakeItem = defineRoute('wakeItem', 'DELETE /v1/tenant/decay/items/{slug}/snooze', {
  ...itemRoute,
  summary: 'End the snooze of an item',
});

export const getDecayPolicy = defineRoute('getDecayPolicy', 'GET /v1/tenant/decay/policy', {
  tag: 'Decay',
  summary: 'The policy in force or an earlier version of it, with the defaults of each kind',
  scope: 'tenant:admin',
  query: z.object({ version: z.coerce.number().int().min(0).optional() }),
  response: GetDecayPolicy.output.meta({ id: 'DecayPolicyVersion' }),
  problems: [...GetDecayPolicy.problems],
});

export const listDecayPolicies = defineRoute('listDecayPolicies', 'GET /v1/tenant/decay/policy/versions', {
  tag: 'Decay',
  summary: 'Every version of the policy, newest first',
  scope: 'tenant:admin',
  response: ListDecayPolicies.output,
});

/** The service reads it, so that what is wrong with it is told as 422, field by field. */
const policyDocument = z.unknown().meta({ description: 'A policy, as GET /v1/tenant/decay/policy shows it' });

export const setDecayPolicy = defineRoute('setDecayPolicy', 'PUT /v1/tenant/decay/policy', {
  tag: 'Decay',
  summary: 'Decide by this policy from the next sweep on; an earlier version is put back in the same way',
  scope: 'tenant:admin',
  body: policyDocument,
  response: SetDecayPolicy.output,
  problems: [...SetDecayPolicy.problems],
});

export const tryDecayPolicy = defineRoute('tryDecayPolicy', 'POST /v1/tenant/decay/policy/dry-run', {
  tag: 'Decay',
  summary:
    'What a policy would decide differently, now or as things stood at the end of a past day; without one, what is decided',
  scope: 'tenant:admin',
  body: z
    .object({ policy: policyDocument.optional(), on: z.iso.date().optional() })
    .meta({ id: 'DecayDryRun' }),
  response: TryDecayPolicy.output.meta({ id: 'DecayForeseen' }),
  problems: [...TryDecayPolicy.problems],
});

export const listSweeps = defineRoute('listSweeps', 'GET /v1/tenant/decay/sweeps', {
  tag: 'Decay',
  summary: 'The sweeps of the tenant with what came of them, newest first',
  scope: 'tenant:admin',
  query: z.object(page),
  response: z
    .object({ sweeps: ListSweeps.output.shape.sweeps, next_cursor: z.string().nullable() })
    .meta({ id: 'DecaySweeps' }),
  problems: ['cursor-invalid'],
});

export const runSweep = defineRoute('runSweep', 'POST /v1/tenant/decay/sweeps', {
  tag: 'Decay',
  summary: 'Sweep the tenant now; the sweep is listed once it is over',
  scope: 'tenant:admin',
  status: 202,
  response: RunSweep.output,
});

export const decayDigest = defineRoute('decayDigest', 'GET /v1/tenant/decay/digest', {
  tag: 'Decay',
  summary: 'What decay came to in the last seven days; told each week as `decay.digest-made`',
  scope: 'tenant:admin',
  response: GetDecayDigest.output.meta({ id: 'DecayDigest' }),
});
