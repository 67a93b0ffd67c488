import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createDraft, discardDraft } from '@loam/contracts/http/capturer';
import * as http from '@loam/contracts/http/webhooks';
import { eventually } from '@loam/testing';
import { newTenant, type Tenant } from './caller.fixtures';
import { bundleOf, skillMd } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(90_000);

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Answer {
  readonly status: number;
  readonly location?: string;
  readonly body?: string;
}

const servers: Server[] = [];

/** A receiver on the loopback; without an answer it hangs. */
async function receiver(answer: (nth: number) => Answer | undefined) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      const given = answer(received.length);
      if (given === undefined) return;
      response.writeHead(given.status, given.location === undefined ? {} : { location: given.location });
      response.end(given.body);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/hook?key=1`, received };
}
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

let tenant: Tenant;
beforeEach(async () => {
  tenant = await newTenant(thisRun.operator);
});

const ok = (): Answer => ({ status: 204 });
const add = (url: string, events: string[] = ['*'], by = tenant) =>
  by.admin.call(http.addWebhook, { body: { url, events } });
const hand = async (slug: string, by = tenant) => {
  const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: slug, description: `About ${slug}.` }) });
  return by.admin.call(createDraft, { body: { slug }, bundle });
};
const deliveries = (id: string) => tenant.admin.call(http.listDeliveries, { params: { id } });
const verified = (secret: string, { body, headers }: Received): unknown =>
  new Webhook(secret).verify(
    body,
    Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])),
  );

describe('a webhook', () => {
  it('is told of a new draft, signed by the specification and in the way of skill-pool', async () => {
    const { url, received } = await receiver(ok);
    const { secret, id } = await add(url);
    const draft = await hand('sowing');
    const [first] = await eventually(async () => {
      expect(received).toHaveLength(1);
      return received;
    });
    if (first === undefined) throw new Error('nothing came');
    expect(verified(secret, first)).toMatchObject({
      ...{ type: 'capturer.draft-created', specversion: '1.0', event: 'draft.created' },
      ...{ tenant: { slug: tenant.slug }, text: expect.stringContaining('sowing') },
      draft: { id: draft.id, slug: 'sowing', origin: 'cli', merge_proposal_slug: null },
      data: { draftId: draft.id },
    });
    const hex = createHmac('sha256', secret).update(first.body).digest('hex');
    expect(first.headers['x-skill-pool-signature']).toBe(`sha256=${hex}`);
    await eventually(async () =>
      expect(await deliveries(id)).toMatchObject([
        { id: first.headers['webhook-id'], status: 'delivered', attempts: 1, answer_status: 204 },
      ]),
    );
    expect(JSON.stringify(await tenant.admin.call(http.listWebhooks))).not.toContain('whsec_');
  });

  it('GTW-09 gets the same message again after an error, and once more when it is replayed', async () => {
    const { url, received } = await receiver((nth) => ({
      status: nth === 1 ? 500 : 200,
      body: 'x'.repeat(999),
    }));
    const { id } = await add(url);
    await hand('weeding');
    await eventually(async () => expect(received).toHaveLength(2), 20_000);
    const [delivery] = await eventually(async () => {
      const found = await deliveries(id);
      expect(found).toMatchObject([{ status: 'delivered', attempts: 2, answer: 'x'.repeat(256) }]);
      return found;
    });
    const params = { id, delivery: delivery?.id ?? '' };
    await tenant.admin.text(http.replayDelivery, { params });
    await eventually(async () => expect(received).toHaveLength(3));
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery?.id]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('is told of what it asked for, and of nothing of other tenants', async () => {
    const [asked, other] = [await receiver(ok), await receiver(ok)];
    await add(asked.url, ['capturer.draft-discarded']);
    await add(other.url, ['*'], await newTenant(thisRun.operator));
    const { id } = await hand('mulching');
    await tenant.admin.text(discardDraft, { params: { id } });
    await eventually(async () => expect(asked.received).toHaveLength(1));
    expect(asked.received[0]?.body).toContain('capturer.draft-discarded');
    expect(other.received).toEqual([]);
  });

  it('GTW-09 does not follow a redirect, and says so', async () => {
    const { url } = await receiver(() => ({ status: 302, location: 'http://169.254.169.254/latest/' }));
    const { id } = await add(url);
    await tenant.admin.text(http.pingWebhook, { params: { id } });
    await eventually(async () =>
      expect((await deliveries(id))[0]).toMatchObject({
        ...{ status: 'pending', type: 'webhook.ping', answer_status: 302 },
        error: 'The receiver answered 302.',
      }),
    );
  });

  it('that hangs delays no other', async () => {
    const [hanging, quick] = [await receiver(() => undefined), await receiver(ok)];
    await add(hanging.url);
    await add(quick.url);
    for (const slug of ['one', 'two', 'three', 'four', 'five', 'six']) await hand(slug);
    const begun = performance.now();
    await eventually(async () => expect(quick.received).toHaveLength(6), 20_000);
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(hanging.received.length).toBeLessThanOrEqual(4);
  });

  it('is signed with the old secret and the new one for a while', async () => {
    const { url, received } = await receiver(ok);
    const { id, secret } = await add(url);
    const changed = await tenant.admin.call(http.changeWebhook, {
      params: { id },
      body: { rotate_secret: true },
    });
    expect(changed.previous_secret_until).not.toBeNull();
    await hand('raking');
    await eventually(async () => expect(received).toHaveLength(1));
    for (const each of [secret, changed.secret ?? ''])
      for (const one of received) expect(verified(each, one)).toMatchObject({ event: 'draft.created' });
    expect(changed.secret).not.toBe(secret);
  });

  it('whose receiver is gone is disabled, says why, and can be brought back', async () => {
    const { url, received } = await receiver((nth) => ({ status: nth === 1 ? 410 : 204 }));
    const { id } = await add(url);
    await hand('digging');
    await eventually(async () =>
      expect(await tenant.admin.call(http.listWebhooks)).toMatchObject([
        { status: 'disabled', reason: 'The receiver answered 410: it is gone.' },
      ]),
    );
    await hand('hoeing');
    const back = await tenant.admin.call(http.changeWebhook, { params: { id }, body: { active: true } });
    expect(back).toMatchObject({ status: 'active', reason: null });
    await hand('planting');
    // What was handed in while it was off may be heard of by the gateway when it is on again.
    await eventually(async () =>
      expect(received.map(({ body }) => body)).toContainEqual(expect.stringContaining('planting')),
    );
    await tenant.admin.text(http.removeWebhook, { params: { id } });
    expect(await tenant.admin.call(http.listWebhooks)).toEqual([]);
  });

  it.each(['http://10.0.0.1/', 'https://169.254.169.254/', 'https://[::1]/', 'http://2130706434/'])(
    'AUT-10 may not lead inside: %s',
    async (url) => {
      expect(await tenant.admin.refused(http.addWebhook, { body: { url } })).toMatchObject({
        code: 'webhook-address-refused',
        errors: [{ pointer: '/url' }],
      });
    },
  );

  it('names what is wrong with a request', async () => {
    const refused = (body: object) => tenant.admin.refused(http.addWebhook, { body });
    expect(await refused({ url: 'ftp://x.example/' })).toMatchObject({ code: 'request-invalid' });
    expect(await refused({ url: 'https://x.example/', events: ['no.such'] })).toMatchObject({
      errors: [{ pointer: '/events/0' }],
    });
    const { url } = await receiver(ok);
    const { id } = await add(url);
    const stranger = await newTenant(thisRun.operator);
    for (const route of [http.pingWebhook, http.listDeliveries, http.removeWebhook])
      expect(await stranger.admin.refused(route, { params: { id } })).toMatchObject({
        code: 'webhook-not-found',
      });
  });
});
