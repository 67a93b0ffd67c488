import { randomUUID } from 'node:crypto';
import { fact } from '@loam/contracts/define';
import { WebhookDisabled } from '@loam/contracts/webhooks';
import type { Database } from '@loam/database';
import { EventCatalog, EventStore, NO_STREAM } from '@loam/event-store';
import type { Outbound, Sent } from '@loam/outbound';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { gatewayMigrations } from '../gateway.migrations';
import { WebhookSecrets } from '../webhook-secrets';
import { deliveriesIn, DELIVERY, findWebhook } from '../webhook.queries';
import { WebhookAdded, webhookStream } from '../webhook.stream';
import { webhooks } from '../webhooks.projection';
import { WebhookSender } from './webhook-sender';

const DAY_MS = 86_400_000;
let server: TestDatabase;
let database: Database;
let store: EventStore;
let now: Date;

beforeAll(async () => {
  server = await testDatabase('gateway');
  database = await server.open('gateway', gatewayMigrations);
  const catalog = new EventCatalog([WebhookAdded, WebhookDisabled]);
  store = new EventStore({ database, catalog, inline: [webhooks], clock: () => new Date() });
});
afterAll(() => server.close());

/** A webhook with deliveries that are owed, and the answers that its receiver gives. */
async function owing(answer: () => Promise<Sent>) {
  now = new Date('2026-03-01T00:00:00.000Z');
  const context = testContext(randomUUID());
  const { tenant } = context;
  const webhookId = randomUUID();
  const said = { webhookId, url: 'https://a.example/', events: ['*'], description: '' };
  await store.transaction(context, (unit) =>
    unit.append({
      stream: webhookStream(tenant, webhookId),
      expected: NO_STREAM,
      facts: [fact(WebhookAdded, said)],
    }),
  );
  const outbound: Pick<Outbound, 'send'> = { send: answer };
  const sender = new WebhookSender({
    ...{ database, store, outbound, secrets: new WebhookSecrets('a secret of the installation') },
    ...{ clock: () => now, disableAfterMs: 5 * DAY_MS },
  });
  const owe = async (): Promise<string> => {
    const id = randomUUID();
    await database.tenant(tenant, (tx) =>
      tx.query(
        `INSERT INTO webhook_deliveries (tenant_id, id, webhook_id, type, body, created_at)
         VALUES ($1, $2, $3, 'x', '{}', $4)`,
        [tenant, id, webhookId, now],
      ),
    );
    return id;
  };
  const statusOf = async (id: string) => {
    const rows = await database.tenant(tenant, (tx) =>
      tx.query(`SELECT ${DELIVERY} FROM webhook_deliveries WHERE id = $1`, [id]),
    );
    return deliveriesIn(rows)[0];
  };
  return {
    ...{ owe, statusOf },
    deliver: (deliveryId: string, isLast = false) => sender.deliver(context, { deliveryId, isLast }),
    webhook: () => database.tenant(tenant, (tx) => findWebhook(tx, webhookId)),
  };
}

const answered = (status: number) => async (): Promise<Sent> => ({
  outcome: 'answered',
  status,
  beginning: '',
});

describe('a receiver that fails', () => {
  it('is left alone for a while, and other deliveries do not ask it meanwhile', async () => {
    let asked = 0;
    const { owe, deliver, statusOf } = await owing(() => ((asked += 1), answered(500)()));
    const [first, second] = [await owe(), await owe()];
    await expect(deliver(first)).rejects.toThrow('answered 500');
    await expect(deliver(second)).rejects.toThrow('fails at present');
    expect(asked).toBe(1);
    expect(await statusOf(second)).toMatchObject({ status: 'pending', attempts: 0 });
    now = new Date(now.getTime() + 1000);
    await expect(deliver(second)).rejects.toThrow('answered 500');
    expect(asked).toBe(2);
  });

  it('is told of nothing more after the days that were set, and the event says why', async () => {
    const { owe, deliver, statusOf, webhook } = await owing(answered(503));
    const [first, second] = [await owe(), await owe()];
    await expect(deliver(first)).rejects.toThrow('answered 503');
    now = new Date(now.getTime() + 5 * DAY_MS - 1000);
    await expect(deliver(first)).rejects.toThrow('answered 503');
    expect(await webhook()).toMatchObject({ status: 'active', failing_since: '2026-03-01T00:00:00.000Z' });
    now = new Date(now.getTime() + 3_600_000);
    await deliver(first);
    expect(await statusOf(first)).toMatchObject({ status: 'failed', attempts: 3 });
    expect(await webhook()).toMatchObject({
      status: 'disabled',
      reason: 'Nothing was delivered since 2026-03-01T00:00:00.000Z.',
    });
    await deliver(second);
    expect(await statusOf(second)).toMatchObject({ status: 'failed', error: 'The webhook is disabled.' });
  });

  it('is forgiven by the first success', async () => {
    const answers = [500, 200, 500];
    const { owe, deliver, webhook } = await owing(() => answered(answers.shift() ?? 0)());
    const first = await owe();
    await expect(deliver(first)).rejects.toThrow();
    now = new Date(now.getTime() + 4 * DAY_MS);
    await deliver(first);
    expect(await webhook()).toMatchObject({ failing_since: null });
    now = new Date(now.getTime() + 4 * DAY_MS);
    await expect(deliver(await owe())).rejects.toThrow('answered 500');
    expect(await webhook()).toMatchObject({ status: 'active' });
  });

  it('ends a delivery with its last attempt', async () => {
    const { owe, deliver, statusOf } = await owing(answered(500));
    const id = await owe();
    await expect(deliver(id, true)).rejects.toThrow('answered 500');
    expect(await statusOf(id)).toMatchObject({ status: 'failed', answer_status: 500 });
  });
});

describe('a receiver that hangs', () => {
  it('is asked for two at a time', async () => {
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const { owe, deliver, statusOf } = await owing(() => hanging.then(answered(200)));
    const ids = [await owe(), await owe(), await owe()];
    const outcomes = ids.map((id) => deliver(id).then(() => 'done', String));
    expect(await Promise.race(outcomes)).toContain('busy');
    release();
    expect((await Promise.all(outcomes)).filter((each) => each === 'done')).toHaveLength(2);
    expect(
      (await Promise.all(ids.map(statusOf))).filter((each) => each?.status === 'delivered'),
    ).toHaveLength(2);
  });
});

it('a delivery that was taken is not sent again', async () => {
  let asked = 0;
  const { owe, deliver } = await owing(() => ((asked += 1), answered(200)()));
  const id = await owe();
  await deliver(id);
  await deliver(id);
  expect(asked).toBe(1);
});
