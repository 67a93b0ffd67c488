import { randomUUID } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller } from '@nestjs/common';
import type { EventOf } from '@loam/contracts/envelope';
import { EventCatalog, EventStore, relay, type UnitOfWork } from '@loam/event-store';
import { eventually, testBroker, testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { OnEvent } from './decorators';
import { createJetStreamPublisher } from './jet-stream-publisher';
import { connectNats, type NatsLink } from './link';
import { Garden1700000000000, Planted, recordingLog, serve, verifier, Watered } from './messaging.fixtures';
import { NatsTransport } from './nats-transport';

/** From one service's log over the broker to another service's table, while the broker forgets. */
describe('the log as outbox', () => {
  let broker: Awaited<ReturnType<typeof testBroker>>;
  let server: TestDatabase;
  let registry: EventStore;
  let link: NatsLink;
  let stops: (() => Promise<void>)[];
  const log = recordingLog();

  beforeEach(async () => {
    broker = await testBroker();
    server = await testDatabase('registry', 'decay');
    const [source, target] = [
      await server.open('registry', [Garden1700000000000]),
      await server.open('decay', [Garden1700000000000]),
    ];
    const catalog = new EventCatalog([Planted, Watered]);
    const clock = () => new Date();
    registry = new EventStore({ database: source, catalog, inline: [], clock });
    const decay = new EventStore({ database: target, catalog, inline: [], clock });
    link = await connectNats({ servers: broker.url, name: 'test', log });

    @Controller()
    class Watch {
      @OnEvent(Planted, 'watch')
      async planted({ data }: EventOf<typeof Planted>, unit: UnitOfWork): Promise<void> {
        await unit.tx.query('INSERT INTO plants (tenant_id, slice, seed) VALUES ($1, $2, $3)', [
          ...[unit.context.tenant, 'watch', data.seed],
        ]);
      }
    }
    const transport = new NatsTransport({ link, service: 'decay', verifier, log, store: decay });
    const stopServing = await serve(transport, Watch);
    stops = [stopServing];
    startRelay();
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
    await link.drain();
    await server.close();
    await broker.close();
  });

  const startRelay = (): void => {
    const publishing = relay({
      ...{ database: registry.database, catalog: registry.catalog, pollMs: 100, onError: () => undefined },
      publisher: createJetStreamPublisher(link, 'registry', [Planted]),
    });
    publishing.start();
    stops.unshift(() => publishing.stop());
  };

  const plant = async (...seeds: string[]): Promise<void> => {
    for (const seed of seeds)
      await registry.transaction(testContext(), (unit) =>
        unit.append({
          stream: `seed:${randomUUID()}`,
          expected: -1,
          facts: [
            { type: Planted.name, data: { seed, depth: 1 } },
            { type: Watered.name, data: { litres: 1 } },
          ],
        }),
      );
  };

  const arrived = (...seeds: string[]): Promise<void> =>
    eventually(async () => {
      const rows = await server.asSuperuser<{ seed: string }>(
        'SELECT seed FROM decay.plants ORDER BY number',
      );
      expect(rows.map(({ seed }) => seed)).toEqual(seeds);
    });

  const streamState = async () => (await (await link.jetStreamManager()).streams.info('EVT_REGISTRY')).state;

  it('delivers public events in order, and private ones to nobody', async () => {
    await plant('a', 'b', 'c');
    await arrived('a', 'b', 'c');
    expect(await streamState()).toMatchObject({ messages: 3 });
  });

  it('EVT-05 fills a broker that came back empty from the log, with every effect once', async () => {
    await plant('a', 'b', 'c');
    await arrived('a', 'b', 'c');
    await broker.stop();
    await rm(join(broker.folder, 'store'), { recursive: true });
    await broker.start();
    await eventually(async () => expect(await streamState()).toMatchObject({ messages: 3 }));
    await plant('d');
    await arrived('a', 'b', 'c', 'd');
    expect(await streamState()).toMatchObject({ messages: 4 });
  });

  it('EVT-06 publishes again what a broker lost that had acknowledged it', async () => {
    const stream = join(broker.folder, 'store/jetstream/$G/streams/EVT_REGISTRY');
    await plant('a', 'b');
    await arrived('a', 'b');
    await broker.stop();
    await cp(join(stream, 'msgs'), join(broker.folder, 'kept'), { recursive: true });
    await broker.start();
    await eventually(() => expect(link.connected).toBe(true));
    await plant('c', 'd');
    await arrived('a', 'b', 'c', 'd');
    await broker.stop();
    // The messages are as old as the copy; what the consumer has acknowledged is not.
    await rm(join(stream, 'msgs'), { recursive: true });
    await cp(join(broker.folder, 'kept'), join(stream, 'msgs'), { recursive: true });
    await broker.start();
    await eventually(async () => expect(await streamState()).toMatchObject({ messages: 4 }));
    await plant('e');
    await arrived('a', 'b', 'c', 'd', 'e');
  });

  it('goes on after what it published last, where it came to no checkpoint of it', async () => {
    await plant('a', 'b');
    await arrived('a', 'b');
    await stops.shift()?.();
    await server.asSuperuser("UPDATE registry.checkpoints SET transaction_id = '0', position = 0");
    await plant('c', 'd');
    startRelay();
    await arrived('a', 'b', 'c', 'd');
    expect(await streamState()).toMatchObject({ messages: 4 });
  });

  it('EVT-04 refuses a publisher that was paused while another one took over', async () => {
    const [event] = await registry.transaction(testContext(), (unit) =>
      unit.append({
        stream: 'seed:1',
        expected: -1,
        facts: [{ type: Planted.name, data: { seed: 'a', depth: 1 } }],
      }),
    );
    await arrived('a');
    if (event === undefined) throw new Error('unreachable');
    const [paused, other] = [1, 2].map(() => createJetStreamPublisher(link, 'registry', [Planted]));
    expect(await paused?.begin()).toBe(event.id);
    await other?.begin();
    const next = { ...event, id: randomUUID() };
    await other?.publish([next]);
    await expect(paused?.publish([{ ...event, id: randomUUID() }])).rejects.toThrow('wrong last sequence');
    // One that the stream holds already changes nothing, and the publisher goes on from where it was.
    await other?.publish([next]);
    await other?.publish([1, 2, 3].map(() => ({ ...event, id: randomUUID() })));
    expect(await streamState()).toMatchObject({ messages: 5 });
  });

  it('keeps what it has while the broker is away', async () => {
    await broker.stop();
    await eventually(() => expect(link.connected).toBe(false));
    await plant('a', 'b');
    await broker.start();
    await arrived('a', 'b');
  });

  it('publishes only what is its own', () => {
    expect(() => createJetStreamPublisher(link, 'telemetry', [Planted])).toThrow(
      'telemetry cannot publish registry.seed-planted',
    );
  });
});
