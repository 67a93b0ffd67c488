import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { EventDefinition } from '@loam/contracts/define';
import type { Envelope } from '@loam/contracts/envelope';
import type { DraftCreated } from '@loam/contracts/capturer';
import type { EventOf } from '@loam/contracts/envelope';
import { WEBHOOK_PING } from '@loam/contracts/webhooks';

/**
 * The body for an event: a CloudEvent that is a message of the Standard Webhooks specification as well (`type`,
 * `timestamp`, `data`). `text` is what chat programs show.
 */
export const messageOf = (
  { name, summary }: Pick<EventDefinition, 'name' | 'summary'>,
  event: Pick<Envelope, 'id' | 'occurredAt' | 'data'>,
  tenant: string,
): object => ({
  ...{ specversion: '1.0', id: event.id, source: `/loam/${name.split('.')[0] ?? ''}`, type: name },
  ...{ time: event.occurredAt, timestamp: event.occurredAt, tenant: { slug: tenant } },
  ...{ text: `${tenant}: ${summary}`, data: event.data },
});

/** The same for a new draft, with the fields by which clients of skill-pool know it. */
export function draftMessage(
  definition: typeof DraftCreated,
  event: EventOf<typeof DraftCreated>,
  tenant: string,
) {
  const { draftId: id, slug, description, origin, neighbour } = event.data;
  const merges = neighbour !== null && neighbour !== undefined && neighbour.similarity >= neighbour.threshold;
  return {
    ...messageOf(definition, event, tenant),
    event: 'draft.created',
    text: `New draft in ${tenant}: ${slug}: ${description}`,
    draft: { id, slug, description, origin, merge_proposal_slug: merges ? neighbour.item.slug : null },
  };
}

/** What is sent to try an address out. */
export const pingMessage = (id: string, at: string, tenant: string): object =>
  messageOf(
    { name: WEBHOOK_PING, summary: 'somebody tries this webhook out.' },
    { id, occurredAt: at, data: {} },
    tenant,
  );

/**
 * The headers that prove where a body comes from. With two secrets, the newer one first, either of them verifies it.
 * @param id the same however often it is sent
 */
export function signedHeaders(
  id: string,
  at: Date,
  body: string,
  secrets: readonly [string, ...string[]],
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
    'x-skill-pool-signature': `sha256=${createHmac('sha256', secrets[0]).update(body).digest('hex')}`,
  };
}
