import { randomUUID } from 'node:crypto';
import {
  CandidateCleared,
  CandidateFlagged,
  DigestMade,
  OwnerNotified,
  SweepCompleted,
} from '@loam/contracts/decay';
import { fact } from '@loam/contracts/define';
import { WebhookDisabled, webhookEvents } from '@loam/contracts/webhooks';
import { EventCatalog, EventStore, NO_STREAM } from '@loam/event-store';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { gatewayMigrations } from '../gateway.migrations';
import { WebhookAdded, webhookStream } from '../webhook.stream';
import { webhooks } from '../webhooks.projection';
import { oweDeliveries } from './owe-deliveries';

let server: TestDatabase;
let store: EventStore;

beforeAll(async () => {
  server = await testDatabase('gateway');
  const database = await server.open('gateway', gatewayMigrations);
  const catalog = new EventCatalog([WebhookAdded, WebhookDisabled]);
  store = new EventStore({ database, catalog, inline: [webhooks], clock: () => new Date() });
});
afterAll(() => server.close());

/** Of which events a webhook is owed a delivery, where each kind happens once. */
async function owed(...events: string[]): Promise<string[]> {
  const context = testContext(randomUUID());
  const [stream, webhookId] = [webhookStream(context.tenant, randomUUID()), randomUUID()];
  const said = { webhookId, url: 'https://a.example/', events, description: '' };
  await store.transaction(context, (unit) =>
    unit.append({ stream, expected: NO_STREAM, facts: [fact(WebhookAdded, said)] }),
  );
  const jobs = { intend: async () => undefined };
  for (const { name: type } of webhookEvents)
    await store.transaction(context, (unit) =>
      oweDeliveries(unit, jobs, { type, id: randomUUID(), occurredAt: '2026-03-01T00:00:00Z' }, () => ({})),
    );
  const rows = await store.database.tenant(context.tenant, (tx) =>
    tx.query<{ type: string }[]>('SELECT type FROM webhook_deliveries'),
  );
  return rows.map(({ type }) => type).sort();
}

const ofItems = [CandidateFlagged.name, CandidateCleared.name, OwnerNotified.name];

describe('a webhook', () => {
  it('with * is told of everything but what a sweep says of single items', async () => {
    const told = await owed('*');
    expect(told).toEqual(
      webhookEvents
        .map(({ name }) => name)
        .filter((name) => !ofItems.some((each) => each === name))
        .sort(),
    );
    expect(told).toEqual(expect.arrayContaining([SweepCompleted.name, DigestMade.name]));
  });

  it.each(ofItems)('that names %s is told of that alone', async (name) => {
    expect(await owed(name)).toEqual([name]);
  });

  it('that names one of them beside * is told of each event once', async () => {
    expect(await owed('*', CandidateFlagged.name)).toEqual(
      [...(await owed('*')), CandidateFlagged.name].sort(),
    );
  });
});
