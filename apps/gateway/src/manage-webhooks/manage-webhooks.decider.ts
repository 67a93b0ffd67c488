import { fact } from '@loam/contracts/define';
import { accept, reject, type Decider } from '@loam/kernel';
import {
  evolveWebhook,
  noWebhook,
  WebhookChanged,
  WebhookRemoved,
  WebhookSecretRotated,
  type WebhookEvent,
  type WebhookState,
} from '../webhook.stream';

export interface Change {
  readonly webhookId: string;
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly active?: boolean | undefined;
  /** Until when the present secret counts beside a new one; null for no new one. */
  readonly previousUntil: string | null;
}

const unknown = reject('webhook-not-found', 'There is no such webhook.');

export const changeWebhook: Decider<Change, WebhookState, WebhookEvent, 'webhook-not-found'> = {
  initial: noWebhook,
  evolve: evolveWebhook,
  decide: ({ webhookId, previousUntil, ...wanted }, state) => {
    if (state.status === 'unknown') return unknown;
    const { webhook, status } = state;
    const next = {
      webhookId,
      url: wanted.url ?? webhook.url,
      events: [...(wanted.events ?? webhook.events)],
      description: wanted.description ?? webhook.description,
    };
    const isSame =
      next.url === webhook.url &&
      next.description === webhook.description &&
      next.events.join() === webhook.events.join();
    const wasActive = status === 'active';
    const changed =
      isSame && (wanted.active === undefined || wanted.active === wasActive)
        ? []
        : [fact(WebhookChanged, { ...next, active: wanted.active ?? wasActive })];
    const generation = webhook.generation + 1;
    const rotated =
      previousUntil === null ? [] : [fact(WebhookSecretRotated, { webhookId, generation, previousUntil })];
    const facts: WebhookEvent[] = [...changed, ...rotated];
    return accept(...facts);
  },
};

export const removeWebhook: Decider<
  { readonly webhookId: string },
  WebhookState,
  WebhookEvent,
  'webhook-not-found'
> = {
  initial: noWebhook,
  evolve: evolveWebhook,
  decide: ({ webhookId }, state) =>
    state.status === 'unknown' ? unknown : accept(fact(WebhookRemoved, { webhookId })),
};
