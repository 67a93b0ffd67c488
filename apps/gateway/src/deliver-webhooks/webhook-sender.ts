import { fact } from '@loam/contracts/define';
import { WEBHOOK_PING, WebhookDisabled } from '@loam/contracts/webhooks';
import type { Database } from '@loam/database';
import type { EventContext, EventStore } from '@loam/event-store';
import { accept, type Clock, type Decider } from '@loam/kernel';
import type { Outbound, Sent } from '@loam/outbound';
import type { WebhookSecrets } from '../webhook-secrets';
import {
  evolveWebhook,
  noWebhook,
  webhookEvents,
  webhookStream,
  type WebhookEvent,
  type WebhookState,
} from '../webhook.stream';
import {
  findPending,
  giveUp,
  noteAttempt,
  noteFailure,
  noteSuccess,
  type Attempt,
  type Pending,
} from './deliveries';
import { signedHeaders } from './message';

interface Parts {
  readonly database: Database;
  readonly store: EventStore;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  /** After how long without success a webhook is disabled, in ms. */
  readonly disableAfterMs: number;
}

interface Run {
  readonly deliveryId: string;
  readonly isLast: boolean;
}

/** To one receiver at a time, by this process: one that hangs takes no more room than that. */
const AT_ONCE = 2;

const disabling: Decider<{ webhookId: string; reason: string }, WebhookState, WebhookEvent, never> = {
  initial: noWebhook,
  evolve: evolveWebhook,
  decide: (command, state) => (state.status === 'active' ? accept(fact(WebhookDisabled, command)) : accept()),
};

/** Sends deliveries, each until its receiver has taken it. */
export class WebhookSender {
  private readonly underWay = new Map<string, number>();

  constructor(private readonly parts: Parts) {}

  /** @throws Error where it should be tried again later */
  async deliver(context: EventContext, { deliveryId, isLast }: Run): Promise<void> {
    const { database, clock } = this.parts;
    const { tenant } = context;
    const pending = await database.tenant(tenant, (tx) => findPending(tx, deliveryId));
    if (pending === undefined || pending.delivered) return;
    const obstacle = obstacleOf(pending);
    if (obstacle !== null) return database.tenant(tenant, (tx) => giveUp(tx, deliveryId, obstacle));
    const isPing = pending.type === WEBHOOK_PING;
    if (!isPing && !isLast && pending.retry_at !== null && pending.retry_at > clock())
      throw new Error('the receiver fails at present');
    const sent = await this.alone(pending.webhook_id, () => this.send(tenant, deliveryId, pending));
    const attempt = attemptOf(sent, clock());
    if (attempt.error === null)
      return database.tenant(tenant, async (tx) => {
        await noteAttempt(tx, deliveryId, 'delivered', attempt);
        await noteSuccess(tx, pending.webhook_id);
      });
    const disabledFor = this.reasonToDisable(pending, attempt);
    if (disabledFor !== null) await this.disable(context, pending.webhook_id, disabledFor);
    const isOver = isLast || disabledFor !== null;
    await database.tenant(tenant, async (tx) => {
      await noteAttempt(tx, deliveryId, isOver ? 'failed' : 'pending', attempt);
      await noteFailure(tx, tenant, pending.webhook_id, attempt.at);
    });
    if (disabledFor === null) throw new Error(attempt.error);
  }

  private async alone(webhookId: string, work: () => Promise<Sent>): Promise<Sent> {
    const count = this.underWay.get(webhookId) ?? 0;
    if (count >= AT_ONCE) throw new Error('the receiver is busy with other deliveries');
    this.underWay.set(webhookId, count + 1);
    try {
      return await work();
    } finally {
      const left = (this.underWay.get(webhookId) ?? 1) - 1;
      if (left === 0) this.underWay.delete(webhookId);
      else this.underWay.set(webhookId, left);
    }
  }

  private send(tenant: string, deliveryId: string, pending: Pending): Promise<Sent> {
    const { secrets, outbound, clock } = this.parts;
    const at = clock();
    const generation = pending.generation ?? 1;
    const present = secrets.of(tenant, pending.webhook_id, generation);
    const isRotating = pending.previous_until !== null && pending.previous_until > at;
    const headers = signedHeaders(deliveryId, at, pending.body, [
      present,
      ...(isRotating ? [secrets.of(tenant, pending.webhook_id, generation - 1)] : []),
    ]);
    return outbound.send(pending.url ?? '', headers, pending.body);
  }

  private reasonToDisable({ status, failing_since }: Pending, { at, answerStatus }: Attempt): string | null {
    if (status !== 'active') return null;
    if (answerStatus === 410) return 'The receiver answered 410: it is gone.';
    if (failing_since === null || at.getTime() - failing_since.getTime() < this.parts.disableAfterMs)
      return null;
    return `Nothing was delivered since ${failing_since.toISOString()}.`;
  }

  private async disable(context: EventContext, webhookId: string, reason: string): Promise<void> {
    await this.parts.store.execute(context, {
      ...{ stream: webhookStream(context.tenant, webhookId), events: webhookEvents, decider: disabling },
      command: { webhookId, reason },
    });
  }
}

/** Why it is not sent at all. */
function obstacleOf({ status, type }: Pending): string | null {
  if (status === null) return 'The webhook was removed.';
  return status === 'active' || type === WEBHOOK_PING ? null : `The webhook is ${status}.`;
}

function attemptOf(sent: Sent, at: Date): Attempt {
  if (sent.outcome === 'failed') return { at, answerStatus: null, answer: null, error: sent.reason };
  const { status, beginning: answer } = sent;
  const isTaken = status >= 200 && status < 300;
  return {
    at,
    answerStatus: status,
    answer,
    error: isTaken ? null : `The receiver answered ${String(status)}.`,
  };
}
