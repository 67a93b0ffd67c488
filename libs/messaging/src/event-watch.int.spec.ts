import { randomUUID } from 'node:crypto';
import { uuidv7 } from '@loam/kernel';
import { eventually, testBroker } from '@loam/testing';
import { Bus } from './bus';
import type { EventWatch, WatchedEvent } from './event-watch';
import { createJetStreamPublisher } from './jet-stream-publisher';
import { connectNats, type NatsLink } from './link';
import { Planted, recordingLog, signer } from './messaging.fixtures';

const planted = (tenant: string) => ({
  id: uuidv7(),
  ...{ type: Planted.name, version: 1, stream: `seed:${tenant}:1`, revision: 1, tenant },
  ...{ occurredAt: new Date().toISOString(), correlationId: 'a-correlation', causationId: null },
  actor: { type: 'token', id: 'a-token' } as const,
  data: { seed: 'oak', depth: 1 },
  traceparent: null,
});

describe('a watch of events', () => {
  let broker: Awaited<ReturnType<typeof testBroker>>;
  let link: NatsLink;
  let watches: EventWatch[];
  const log = recordingLog();

  beforeAll(async () => {
    broker = await testBroker();
    link = await connectNats({ servers: broker.url, name: 'test', log });
  });
  beforeEach(() => {
    watches = [];
  });
  afterEach(async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
  });
  afterAll(async () => {
    await link.drain();
    await broker.close();
  });

  const publish = async (...tenants: readonly string[]) => {
    const publisher = createJetStreamPublisher(link, 'registry', [Planted]);
    await publisher.begin();
    await publisher.publish(tenants.map((tenant) => planted(tenant)));
  };

  /** A watch in a process of its own, as far as the broker can tell. */
  const watch = async () => {
    const seen: WatchedEvent[] = [];
    const gaps: number[] = [];
    const begun = new Bus({ link, signer, log }).watch('registry', {
      onEvent: (event) => seen.push(event),
      onGap: () => gaps.push(seen.length),
    });
    watches.push(begun);
    await eventually(() => {
      expect(begun.current).toBe(true);
    });
    return { seen, gaps, watch: begun };
  };

  it('tells every process of what happens from now on, and of nothing before', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    await publish(before);
    const [one, other] = [await watch(), await watch()];
    await publish(after, after);
    const event = { type: Planted.name, tenant: after };
    for (const { seen, gaps } of [one, other]) {
      await eventually(() => {
        expect(seen).toEqual([event, event]);
      });
      expect(gaps).toEqual([0]);
    }
  });

  it('knows whether everything that the stream holds has come', async () => {
    const { seen, watch: watched } = await watch();
    expect(await watched.hasSeenAll()).toBe(true);
    await publish(randomUUID(), randomUUID());
    await eventually(async () => {
      expect(await watched.hasSeenAll()).toBe(true);
    });
    expect(seen).toHaveLength(2);
  });

  it('takes a message that it cannot read for anything', async () => {
    const { seen, gaps } = await watch();
    link.connection.publish(Planted.subject, 'no event');
    await eventually(() => {
      expect(gaps).toEqual([0, 0]);
    });
    expect(seen).toEqual([]);
  });

  it('says that it is behind when the broker has forgotten it, and begins anew', async () => {
    const { seen, gaps, watch: watched } = await watch();
    const manager = await link.jetStreamManager();
    for await (const { name, config } of manager.consumers.list('EVT_REGISTRY'))
      if (config.durable_name === undefined) await manager.consumers.delete('EVT_REGISTRY', name);
    await eventually(() => {
      expect(gaps.length).toBeGreaterThan(1);
      expect(watched.current).toBe(true);
    });
    const tenant = randomUUID();
    await publish(tenant);
    await eventually(() => {
      expect(seen).toContainEqual({ type: Planted.name, tenant });
    });
  });

  it('is not current while the broker is away, and begins anew when it is back', async () => {
    const { seen, gaps, watch: watched } = await watch();
    await broker.stop();
    await eventually(() => {
      expect(watched.current).toBe(false);
    });
    await broker.start();
    await eventually(() => {
      expect(watched.current).toBe(true);
    });
    expect(gaps.length).toBeGreaterThan(1);
    const tenant = randomUUID();
    await publish(tenant);
    await eventually(() => {
      expect(seen).toContainEqual({ type: Planted.name, tenant });
    });
  });

  it('is not current once it was ended', async () => {
    const { watch: watched } = await watch();
    await watched.stop();
    expect(watched.current).toBe(false);
  });
});
