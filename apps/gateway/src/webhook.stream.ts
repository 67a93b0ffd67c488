import { z } from 'zod';
import { defineEvent, factSchema } from '@loam/contracts/define';
import { WebhookDisabled } from '@loam/contracts/webhooks';

const webhookRef = z.object({ webhookId: z.uuid() });
const content = webhookRef.extend({
  url: z.string(),
  events: z.array(z.string()),
  description: z.string(),
});

/** These stay here: an address may hold a secret of its receiver. */
export const WebhookAdded = defineEvent('gateway.webhook-added', 1, content, {
  summary: 'An address is told of events.',
});
export const WebhookChanged = defineEvent(
  'gateway.webhook-changed',
  1,
  content.extend({ active: z.boolean() }),
  { summary: 'An address is told of other events, of none for now, or stands elsewhere.' },
);
export const WebhookSecretRotated = defineEvent(
  'gateway.webhook-secret-rotated',
  1,
  webhookRef.extend({ generation: z.int(), previousUntil: z.iso.datetime() }),
  { summary: 'What is sent is signed with a new secret, and for a while with the one before as well.' },
);
export const WebhookRemoved = defineEvent('gateway.webhook-removed', 1, webhookRef, {
  summary: 'An address is told of nothing more.',
});

export const webhookEvents = z.union([
  factSchema(WebhookAdded),
  factSchema(WebhookChanged),
  factSchema(WebhookSecretRotated),
  factSchema(WebhookDisabled),
  factSchema(WebhookRemoved),
]);
export type WebhookEvent = z.output<typeof webhookEvents>;

interface Webhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string;
  /** Which secret it has; the first is 1. */
  readonly generation: number;
}
export type WebhookState =
  | { readonly status: 'unknown' }
  | { readonly status: 'active' | 'paused' | 'disabled'; readonly webhook: Webhook };

export const noWebhook: WebhookState = { status: 'unknown' };

export const webhookStream = (tenant: string, webhookId: string): string => `webhook:${tenant}:${webhookId}`;

export function evolveWebhook(state: WebhookState, event: WebhookEvent): WebhookState {
  if (event.type === WebhookAdded.name) {
    const { url, events, description } = event.data;
    return { status: 'active', webhook: { url, events, description, generation: 1 } };
  }
  if (state.status === 'unknown') throw new Error('a webhook begins with being added');
  switch (event.type) {
    case WebhookChanged.name: {
      const { url, events, description, active } = event.data;
      const webhook = { ...state.webhook, url, events, description };
      return { status: active ? 'active' : 'paused', webhook };
    }
    case WebhookSecretRotated.name:
      return { ...state, webhook: { ...state.webhook, generation: event.data.generation } };
    case WebhookDisabled.name:
      return { ...state, status: 'disabled' };
    case WebhookRemoved.name:
      return noWebhook;
  }
}
