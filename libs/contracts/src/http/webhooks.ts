import { z } from 'zod';
import { defineRoute } from '../define';
import { webhookFilterSchema } from '../webhooks';
import { clamped } from './telemetry';

const urlSchema = z.url({ protocol: /^https?$/ }).max(2048);
const filtersSchema = z.array(webhookFilterSchema).min(1).max(64);
const descriptionSchema = z.string().max(200);

const webhookSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    description: z.string(),
    /** `paused` by a person; `disabled` because its receiver has failed for too long, or says that it is gone. */
    status: z.enum(['active', 'paused', 'disabled']),
    /** Why it is disabled. */
    reason: z.string().nullable(),
    created_at: z.iso.datetime(),
    /** Since when no delivery has succeeded, while they fail. */
    failing_since: z.iso.datetime().nullable(),
    /** Until when deliveries are signed with the secret before as well. */
    previous_secret_until: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Webhook' });

const deliverySchema = z
  .object({
    /** What the receiver sees as `webhook-id`, the same however often it is sent. */
    id: z.uuid(),
    type: z.string(),
    event_id: z.string().nullable(),
    /** `failed`: given up on, and among the dead letters; it may be replayed. */
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    answer_status: z.int().nullable(),
    /** The first 256 characters of what the receiver answered last. */
    answer: z.string().nullable(),
    error: z.string().nullable(),
    created_at: z.iso.datetime(),
    last_attempt_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

/** Shown in the answer that makes it, and never again. */
const secretSchema = z.string();
const params = z.object({ id: z.uuid() });
const common = { tag: 'Webhooks', scope: 'tenant:admin' } as const;

export const addWebhook = defineRoute('addWebhook', 'POST /v1/tenant/webhooks', {
  ...common,
  summary: 'Have an address told of events; the answer is the only place where the secret can be read',
  body: z
    .object({
      url: urlSchema,
      events: filtersSchema.default(['*']),
      description: descriptionSchema.default(''),
    })
    .meta({ id: 'WebhookRequest' }),
  status: 201,
  response: webhookSchema.extend({ secret: secretSchema }).meta({ id: 'AddedWebhook' }),
  problems: ['webhook-address-refused', 'webhook-limit'],
});

export const listWebhooks = defineRoute('listWebhooks', 'GET /v1/tenant/webhooks', {
  ...common,
  summary: 'The addresses that are told of events, without their secrets',
  response: z.array(webhookSchema),
});

export const changeWebhook = defineRoute('changeWebhook', 'PATCH /v1/tenant/webhooks/{id}', {
  ...common,
  summary:
    'Change where it leads, what it is told of, or whether; `active: true` brings back one that is paused or disabled. ' +
    '`rotate_secret` makes a new secret, which only this answer shows; for a day deliveries carry both signatures',
  params,
  body: z
    .object({
      url: urlSchema.optional(),
      events: filtersSchema.optional(),
      description: descriptionSchema.optional(),
      active: z.boolean().optional(),
      rotate_secret: z.boolean().default(false),
    })
    .meta({ id: 'WebhookChange' }),
  response: webhookSchema.extend({ secret: secretSchema.optional() }).meta({ id: 'ChangedWebhook' }),
  problems: ['webhook-not-found', 'webhook-address-refused'],
});

export const removeWebhook = defineRoute('removeWebhook', 'DELETE /v1/tenant/webhooks/{id}', {
  ...common,
  summary: 'Tell it of nothing more',
  params,
  status: 204,
  problems: ['webhook-not-found'],
});

export const pingWebhook = defineRoute('pingWebhook', 'POST /v1/tenant/webhooks/{id}/ping', {
  ...common,
  summary: 'Send it something to try it out, also while it is paused or disabled',
  params,
  status: 202,
  response: deliverySchema,
  problems: ['webhook-not-found'],
});

export const listDeliveries = defineRoute('listDeliveries', 'GET /v1/tenant/webhooks/{id}/deliveries', {
  ...common,
  summary: 'What it was told and what came of it, the newest first; kept for 30 days',
  params,
  query: z.object({
    status: deliverySchema.shape.status.optional(),
    limit: clamped(50, 1, 200),
  }),
  response: z.array(deliverySchema),
  problems: ['webhook-not-found'],
});

export const replayDelivery = defineRoute(
  'replayDelivery',
  'POST /v1/tenant/webhooks/{id}/deliveries/{delivery}/replay',
  {
    ...common,
    summary: 'Send it once more, with the same id',
    params: params.extend({ delivery: z.uuid() }),
    status: 202,
    response: deliverySchema,
    problems: ['delivery-not-found'],
  },
);
