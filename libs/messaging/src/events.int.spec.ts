import { randomUUID } from 'node:crypto';
import {
  Controller,
  UseInterceptors,
  type CallHandler,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { headers as newHeaders, type ConsumerInfo } from 'nats';
import type { Observable } from 'rxjs';
import type { EventOf } from '@loam/contracts/envelope';
import type { DeadLetter } from '@loam/contracts/operations';
import { EventCatalog, EventStore, type RecordedEvent, type UnitOfWork } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import { eventually, testBroker, testDatabase, type TestDatabase } from '@loam/testing';
import { OnEvent, OnEvents } from './decorators';
import type { Occurrence } from './event-handling';
import { createJetStreamPublisher } from './jet-stream-publisher';
import { connectNats, type NatsLink } from './link';
import { Garden1700000000000, Planted, recordingLog, serve, verifier, Watered } from './messaging.fixtures';
import { NatsTransport } from './nats-transport';

type Event = EventOf<typeof Planted>;
type React = (event: Event, unit: UnitOfWork) => Promise<void>;

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let revision = 0;
const planted = (seed: string, tenant: string = randomUUID()): RecordedEvent => ({
  id: uuidv7(),
  ...{ type: Planted.name, version: 1, stream: `seed:${tenant}:1`, revision: (revision += 1), tenant },
  ...{ occurredAt: new Date().toISOString(), correlationId: 'a-correlation', causationId: null },
  actor: { type: 'token', id: 'a-token' },
  data: { seed, depth: 1 },
  traceparent: TRACEPARENT,
});

const grow = (unit: UnitOfWork, slice: string, seed: string): Promise<unknown> =>
  unit.tx.query('INSERT INTO plants (tenant_id, slice, seed) VALUES ($1, $2, $3)', [
    ...[unit.context.tenant, slice, seed],
  ]);

const growing =
  (slice: string): React =>
  async ({ data }, unit) => {
    await grow(unit, slice, data.seed);
  };

/** Makes Nest answer with an Observable, as any interceptor does. */
class Watching implements NestInterceptor {
  intercept(_: unknown, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

/** A slice that reacts to planted seeds. */
function reaction(slice: string, react: React = growing(slice)): Type {
  @Controller()
  @UseInterceptors(Watching)
  class Reaction {
    @OnEvent(Planted, slice)
    async planted(event: Event, unit: UnitOfWork): Promise<void> {
      await react(event, unit);
    }
  }
  return Reaction;
}

describe('an event for another service', () => {
  let broker: Awaited<ReturnType<typeof testBroker>>;
  let server: TestDatabase;
  let store: EventStore;
  let link: NatsLink;
  let handled: string[];
  let running: { transport: NatsTransport; stop: () => Promise<void> }[];
  const log = recordingLog();

  beforeAll(async () => {
    broker = await testBroker();
    server = await testDatabase('decay');
    const database = await server.open('decay', [Garden1700000000000]);
    const catalog = new EventCatalog([Planted, Watered]);
    store = new EventStore({ database, catalog, inline: [], clock: () => new Date() });
    link = await connectNats({ servers: broker.url, name: 'decay', log });
  });
  afterAll(async () => {
    await link.drain();
    await server.close();
    await broker.close();
  });
  beforeEach(() => {
    handled = [];
    running = [];
    log.lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(running.map(({ stop }) => stop()));
    const manager = await link.jetStreamManager();
    for (const stream of ['EVT_REGISTRY', 'DLQ']) await manager.streams.purge(stream).catch(() => undefined);
  });

  const start = async (...controllers: Type[]): Promise<NatsTransport> => {
    const transport = new NatsTransport({
      ...{ link, service: 'decay', verifier, log, store },
      consumer: { attempts: 3, backoffMs: 10, ackWaitMs: 600 },
      metrics: { handled: (kind, name, outcome) => handled.push(`${kind} ${name} ${outcome}`) },
    });
    running.push({ transport, stop: await serve(transport, ...controllers) });
    return transport;
  };

  const publish = async (...events: RecordedEvent[]): Promise<void> => {
    const publisher = createJetStreamPublisher(link, 'registry', [Planted, Watered]);
    await publisher.begin();
    await publisher.publish(events);
  };

  const send = async (body: unknown, subject = Planted.subject): Promise<void> => {
    const headers = newHeaders();
    headers.set('traceparent', TRACEPARENT);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await link.jetStream().publish(subject, text, { headers, msgID: randomUUID() });
  };

  const plants = async (slice: string): Promise<string[]> => {
    const rows = await server.asSuperuser<{ seed: string }>(
      'SELECT seed FROM decay.plants WHERE slice = $1 ORDER BY number',
      [slice],
    );
    return rows.map(({ seed }) => seed);
  };

  const letterOf = (transport: NatsTransport, slice: string): Promise<DeadLetter> =>
    eventually(async () => {
      const letter = (await transport.deadLetters().list(100)).find(({ name }) => name === slice);
      if (letter === undefined) throw new Error('no letter yet');
      return letter;
    });

  const consumerOf = async (slice: string): Promise<ConsumerInfo> =>
    (await link.jetStreamManager()).consumers.info('EVT_REGISTRY', `decay--${slice}`);

  it('is not acknowledged when its handler throws, and the cause reaches the dead letter', async () => {
    let attempts = 0;
    const transport = await start(
      reaction('throws', async () => {
        attempts += 1;
        throw new Error('the spade is broken');
      }),
    );
    const event = planted('oak');
    await publish(event);
    const letter = await letterOf(transport, 'throws');
    expect(letter).toEqual({
      ...{ service: 'decay', id: expect.stringMatching(/^event-\d+$/), source: 'event', name: 'throws' },
      ...{ reason: 'Error: the spade is broken', attempts: 3, tenant: event.tenant },
      ...{ failedAt: expect.stringMatching(/Z$/), traceId: TRACEPARENT.split('-')[1] },
    });
    expect(attempts).toBe(3);
    const { stack, payload } = (await transport.deadLetters().show(letter.id)) ?? {};
    expect(stack).toContain('events.int.spec.ts');
    expect(payload).toMatchObject({ id: event.id, data: { seed: 'oak' } });
  });

  it('takes effect once in a transaction of its tenant, with what led to it', async () => {
    const contexts: UnitOfWork['context'][] = [];
    await start(
      reaction('once', async ({ data }, unit) => {
        contexts.push(unit.context);
        await grow(unit, 'once', data.seed);
      }),
    );
    const event = planted('oak');
    await publish(event);
    await eventually(async () => expect(await plants('once')).toEqual(['oak']));
    expect(contexts).toEqual([
      {
        ...{ tenant: event.tenant, actor: { type: 'service', id: 'decay' }, traceparent: null },
        ...{ correlationId: 'a-correlation', causationId: event.id },
      },
    ]);
  });

  it('EVT-07 EVT-03 that is delivered again has no second effect and is counted as a duplicate', async () => {
    await start(reaction('again'));
    const event = planted('oak');
    await send(event);
    await send(event);
    await publish(planted('last'));
    await eventually(async () => expect(await plants('again')).toEqual(['oak', 'last']));
    expect(handled).toContain(`event ${Planted.subject} again duplicate`);
  });

  it('that two processes handle at the same time has one effect', async () => {
    const letGo: (() => void)[] = [];
    const transport = await start(
      reaction('race', async ({ data }, unit) => {
        if (letGo.length < 2) {
          await new Promise<void>((resolve) => {
            letGo.push(resolve);
            if (letGo.length === 2) for (const go of letGo) go();
          });
        }
        await grow(unit, 'race', data.seed);
      }),
    );
    const handling = transport['handling']();
    const message = {
      subject: Planted.subject,
      data: Buffer.from(JSON.stringify(planted('oak'))),
      headers: undefined,
    };
    const outcomes = await Promise.all([handling.handle('race', message), handling.handle('race', message)]);
    expect(outcomes.sort()).toEqual(['duplicate', 'handled']);
    expect(await plants('race')).toEqual(['oak']);
  });

  it('leaves nothing behind when its handler fails half-way, and is tried again', async () => {
    let attempts = 0;
    await start(
      reaction('half', async ({ data }, unit) => {
        await grow(unit, 'half', data.seed);
        if ((attempts += 1) < 3) throw new Error('not yet');
      }),
    );
    await publish(planted('oak'));
    await eventually(async () => expect(await plants('half')).toEqual(['oak']));
    expect(attempts).toBe(3);
  });

  it('may lead to events of the service itself', async () => {
    await start(
      reaction('append', async ({ data, stream }, unit) => {
        await unit.append({ stream, expected: -1, facts: [{ type: Watered.name, data: { litres: 1 } }] });
        await grow(unit, 'append', data.seed);
      }),
    );
    const event = planted('oak');
    await publish(event);
    await eventually(async () => expect(await plants('append')).toEqual(['oak']));
    const rows = await server.asSuperuser('SELECT causation_id FROM decay.events WHERE tenant_id = $1', [
      event.tenant,
    ]);
    expect(rows).toEqual([{ causation_id: event.id }]);
  });

  it('keeps its place in the order while an earlier one is tried again', async () => {
    let attempts = 0;
    await start(
      reaction('order', async ({ data }, unit) => {
        if (data.seed === 'b' && (attempts += 1) < 3) throw new Error('not yet');
        await grow(unit, 'order', data.seed);
      }),
    );
    await publish(...['a', 'b', 'c', 'd'].map((seed) => planted(seed)));
    await eventually(async () => expect(await plants('order')).toEqual(['a', 'b', 'c', 'd']));
  });

  it('EVT-08 that fails for ever lets the later ones pass once it is a dead letter', async () => {
    const transport = await start(
      reaction('poison', async ({ data }, unit) => {
        if (data.seed === 'bad') throw new Error('never');
        await grow(unit, 'poison', data.seed);
      }),
    );
    await publish(planted('bad'), planted('good'));
    await eventually(async () => expect(await plants('poison')).toEqual(['good']));
    await letterOf(transport, 'poison');
    await eventually(async () =>
      expect(await consumerOf('poison')).toMatchObject({ num_ack_pending: 0, num_pending: 0 }),
    );
  });

  it('EVT-08 that breaks its contract becomes a dead letter at once, with what is wrong', async () => {
    let attempts = 0;
    const transport = await start(
      reaction('invalid', async () => {
        attempts += 1;
      }),
    );
    const { tenant } = planted('');
    await send({ ...planted('', tenant), data: { seed: 7 } });
    const letter = await letterOf(transport, 'invalid');
    expect(letter).toMatchObject({ attempts: 1, tenant });
    expect(letter.reason).toMatch(
      /not a registry.seed-planted of version 1: \/data\/seed: .*expected string/,
    );
    await transport.deadLetters().discard(letter.id);
    await send('not { JSON');
    const other = await letterOf(transport, 'invalid');
    expect(other).toMatchObject({ reason: 'Error: not JSON', tenant: null });
    expect(await transport.deadLetters().show(other.id)).toMatchObject({ payload: 'not { JSON' });
    expect(attempts).toBe(0);
  });

  it('from a newer producer, with a field more, is understood', async () => {
    await start(
      reaction('tolerant', async ({ data }, unit) => {
        await grow(unit, 'tolerant', JSON.stringify(data));
      }),
    );
    await send({ ...planted('oak'), extra: 1, data: { seed: 'oak', colour: 'green' } });
    await eventually(async () => expect(await plants('tolerant')).toEqual(['{"seed":"oak","depth":1}']));
  });

  it('never becomes a dead letter through an outage, however long, and is kept alive meanwhile', async () => {
    let attempts = 0;
    const transport = await start(
      reaction('outage', async ({ data }, unit) => {
        if ((attempts += 1) <= 8)
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        await grow(unit, 'outage', data.seed);
      }),
    );
    await publish(planted('oak'));
    await eventually(async () => expect(await plants('outage')).toEqual(['oak']));
    expect(attempts).toBe(9);
    expect(await transport.deadLetters().list(10)).toEqual([]);
    expect(handled.filter((line) => line.endsWith('retried'))).toHaveLength(8);
    await eventually(async () =>
      expect(await consumerOf('outage')).toMatchObject({ num_ack_pending: 0, num_redelivered: 0 }),
    );
  });

  it('is lost to nobody while its dead letter cannot be stored', async () => {
    const manager = await link.jetStreamManager();
    await manager.streams.delete('DLQ').catch(() => undefined);
    await manager.streams.add({ name: 'DLQ', subjects: ['somewhere.else'] });
    const transport = await start(
      reaction('unstored', async () => {
        throw new Error('never');
      }),
    );
    await publish(planted('oak'));
    await eventually(() =>
      expect(log.lines.filter(({ message }) => message === 'a dead letter could not be stored')).not.toEqual(
        [],
      ),
    );
    await manager.streams.delete('DLQ');
    expect(await letterOf(transport, 'unstored')).toMatchObject({ attempts: 3 });
  });

  it('that takes its process down each time becomes a dead letter in the end', async () => {
    const transport = await start(reaction('deadly'));
    await publish(planted('first'));
    await eventually(async () => expect(await plants('deadly')).toEqual(['first']));
    await running.pop()?.stop();
    await publish(planted('oak'));
    const consumer = await link.jetStream().consumers.get('EVT_REGISTRY', 'decay--deadly');
    for (let delivery = 0; delivery < 30; delivery += 1) (await consumer.next({ expires: 5000 }))?.nak();
    await start(reaction('deadly'));
    expect(await letterOf(transport, 'deadly')).toMatchObject({
      reason: 'Error: delivered 31 times and never settled',
    });
    expect(await plants('deadly')).toEqual(['first']);
  });

  it('of another kind passes a slice by', async () => {
    await start(reaction('one-kind'));
    await publish({ ...planted(''), type: Watered.name, data: { litres: 2 } }, planted('oak'));
    await eventually(async () => expect(await plants('one-kind')).toEqual(['oak']));
  });

  it('is handled in order with others of its publisher, also by a slice that has learnt of them later', async () => {
    @Controller()
    class Both {
      @OnEvent(Planted, 'both')
      async planted({ data }: Event, unit: UnitOfWork): Promise<void> {
        await grow(unit, 'both', data.seed);
      }

      @OnEvent(Watered, 'both')
      async watered({ data }: EventOf<typeof Watered>, unit: UnitOfWork): Promise<void> {
        await grow(unit, 'both', `${data.litres} litres`);
      }
    }
    await start(reaction('both'));
    await publish(planted('before'));
    await eventually(async () => expect(await plants('both')).toEqual(['before']));
    await running.pop()?.stop();
    await start(Both);
    await publish(
      planted('oak'),
      { ...planted(''), type: Watered.name, data: { litres: 2 } },
      planted('elm'),
    );
    await eventually(async () => expect(await plants('both')).toEqual(['before', 'oak', '2 litres', 'elm']));
  });

  it('in hand is finished when the service stops, and the next one waits for another process', async () => {
    let letGo = (): void => undefined;
    const opened = new Promise<void>((resolve) => (letGo = resolve));
    let begun = false;
    const react: React = async ({ data }, unit) => {
      begun = true;
      await opened;
      await grow(unit, 'stopping', data.seed);
    };
    await start(reaction('stopping', react));
    await publish(planted('first'), planted('second'));
    await eventually(() => expect(begun).toBe(true));
    const stopped = running.pop()?.stop();
    letGo();
    await stopped;
    expect(await plants('stopping')).toEqual(['first']);
    await start(reaction('stopping', react));
    await eventually(async () => expect(await plants('stopping')).toEqual(['first', 'second']));
  });

  it('that was waiting to be tried again when the service stops goes to another process at once', async () => {
    const transport = new NatsTransport({
      ...{ link, service: 'decay', verifier, log, store },
      consumer: { attempts: 3, backoffMs: 60_000, ackWaitMs: 60_000 },
    });
    let attempts = 0;
    const end = await serve(
      transport,
      reaction('handed-back', async () => {
        attempts += 1;
        throw new Error('not here');
      }),
    );
    await publish(planted('oak'));
    await eventually(() => expect(attempts).toBe(1));
    await end();
    await start(reaction('handed-back'));
    await eventually(async () => expect(await plants('handed-back')).toEqual(['oak']), 5000);
  });

  it('reaches its consumer again by itself after the broker was away', async () => {
    await start(reaction('restart'));
    await publish(planted('before'));
    await eventually(async () => expect(await plants('restart')).toEqual(['before']));
    await broker.stop();
    await eventually(() => expect(link.connected).toBe(false));
    await broker.start();
    await eventually(() => publish(planted('after')));
    await eventually(async () => expect(await plants('restart')).toContain('after'), 5000);
  });

  it('EVT-07 that was in hand when its process died comes before those that followed', async () => {
    await start(reaction('died'));
    await publish(planted('first'));
    await eventually(async () => expect(await plants('died')).toEqual(['first']));
    await running.pop()?.stop();
    await publish(planted('oak'), planted('elm'));
    const dead = await link.jetStream().consumers.get('EVT_REGISTRY', 'decay--died');
    for await (const message of await dead.fetch({ max_messages: 2, expires: 1000 }))
      expect(message.redelivered).toBe(false);
    await publish(planted('ash'));
    await start(reaction('died'));
    await eventually(async () => expect(await plants('died')).toEqual(['first', 'oak', 'elm', 'ash']), 5000);
  });

  describe('among others of a slice that takes several', () => {
    let sizes: number[];
    beforeEach(() => (sizes = []));

    const together = (slice: string, fails = (_: string): boolean => false): Type => {
      @Controller()
      class Together {
        @OnEvents(Planted, slice)
        async planted(events: readonly Occurrence<Event>[], unit: UnitOfWork): Promise<void> {
          sizes.push(events.length);
          const appends = events.map(({ event: { stream }, cause }) => ({
            ...{ stream, expected: -1, cause },
            facts: [{ type: Watered.name, data: { litres: 1 } }],
          }));
          await unit.append(...appends);
          for (const { event } of events) {
            if (fails(event.data.seed)) throw new Error('not this one');
            await grow(unit, slice, event.data.seed);
          }
        }
      }
      return Together;
    };
    const inStreams = (...seeds: string[]): RecordedEvent[] => {
      const tenant = randomUUID();
      return seeds.map((seed) => ({ ...planted(seed, tenant), stream: `seed:${tenant}:${seed}` }));
    };

    it('takes effect with them in one transaction, in order, and what comes of it names it', async () => {
      const events = inStreams('a', 'b', 'c', 'd');
      await publish(...events);
      await start(together('several'));
      await eventually(async () => expect(await plants('several')).toEqual(['a', 'b', 'c', 'd']));
      expect(Math.max(...sizes)).toBeGreaterThan(1);
      const rows = await server.asSuperuser<{ causation_id: string }>(
        'SELECT causation_id FROM decay.events WHERE tenant_id = $1 ORDER BY position',
        [events[0]?.tenant],
      );
      expect(rows.map(({ causation_id }) => causation_id)).toEqual(events.map(({ id }) => id));
    });

    it('is tried by itself when one of them fails, so that only that one becomes a dead letter', async () => {
      await publish(...inStreams('a', 'bad', 'c'));
      const transport = await start(together('one-bad', (seed) => seed === 'bad'));
      await eventually(async () => expect(await plants('one-bad')).toEqual(['a', 'c']));
      expect(await letterOf(transport, 'one-bad')).toMatchObject({ attempts: 3 });
    });

    it('has one effect where it comes twice, and is apart from others of its stream', async () => {
      const [one, other] = inStreams('a', 'b');
      if (one === undefined || other === undefined) throw new Error('there are two');
      for (const event of [one, other, one]) await send(event);
      await start(together('apart'));
      await eventually(async () => expect(await plants('apart')).toEqual(['a', 'b']));
      await eventually(() =>
        expect(handled.filter((line) => line.endsWith('apart duplicate'))).toHaveLength(1),
      );
    });
  });

  it('cannot have two handlers in one slice, nor a slice with a name that means something to the broker', async () => {
    const none: React = async () => undefined;
    await expect(start(reaction('twice', none), reaction('twice', none))).rejects.toThrow('two handlers');
    expect(() => reaction('every.*', none)).toThrow('kebab case');
  });

  it('needs an event store: without one the service does not start', async () => {
    const transport = new NatsTransport({ link, service: 'decay', verifier, log });
    await expect(
      serve(
        transport,
        reaction('storeless', async () => undefined),
      ),
    ).rejects.toThrow('no event store');
  });

  describe('that has become a dead letter', () => {
    const mendable = (slice: string) => {
      const state = { mended: false, attempts: 0 };
      const controller = reaction(slice, async ({ data }, unit) => {
        state.attempts += 1;
        if (!state.mended) throw new Error('broken');
        await grow(unit, slice, data.seed);
      });
      return { state, controller };
    };

    it('EVT-09 takes effect once when it is redriven twice, and is gone then', async () => {
      const { state, controller } = mendable('redriven');
      const transport = await start(controller);
      await publish(planted('oak'));
      const { id } = await letterOf(transport, 'redriven');
      state.mended = true;
      const letters = transport.deadLetters();
      const pressed = await Promise.all([letters.redrive(id), letters.redrive(id)]);
      expect(pressed).toContain(true);
      expect(await plants('redriven')).toEqual(['oak']);
      expect(await letters.redrive(id)).toBe(false);
      expect(await letters.show(id)).toBeUndefined();
      expect(await letters.list(10)).toEqual([]);
    });

    it('stays one when it fails again, and says why', async () => {
      const { controller } = mendable('stays');
      const transport = await start(controller);
      await publish(planted('oak'));
      const { id } = await letterOf(transport, 'stays');
      const letters = transport.deadLetters();
      await expect(letters.redrive(id)).rejects.toMatchObject({
        failure: { code: 'redrive-failed', detail: 'broken' },
      });
      expect(await letters.show(id)).toMatchObject({ id });
      const without = await start(reaction('another', async () => undefined));
      await expect(without.deadLetters().redrive(id)).rejects.toThrow('There is no slice stays');
    });

    it('is forgotten when it is discarded', async () => {
      const { controller } = mendable('discarded');
      const transport = await start(controller);
      await publish(planted('oak'));
      const { id } = await letterOf(transport, 'discarded');
      const letters = transport.deadLetters();
      expect(await letters.discard(id)).toBe(true);
      expect(await letters.discard(id)).toBe(false);
      expect(await plants('discarded')).toEqual([]);
    });

    it('is listed newest first, and only by the service that it belongs to', async () => {
      const { controller } = mendable('listed');
      const transport = await start(controller);
      await publish(...Array.from({ length: 7 }, (_, number) => planted(`seed ${number}`)));
      const letters = transport.deadLetters();
      await eventually(async () => expect(await letters.list(100)).toHaveLength(7));
      for (let number = 0; number < 30; number += 1)
        await link.jetStream().publish('dlq.telemetry.other', 'x');
      const all = await letters.list(100);
      expect(all.map(({ id }) => Number(id.slice(6)))).toEqual(
        all.map(({ id }) => Number(id.slice(6))).sort((a, b) => b - a),
      );
      expect(await letters.list(3)).toEqual(all.slice(0, 3));
      expect(await letters.show(all[0]?.id ?? '')).toMatchObject({ payload: { data: { seed: 'seed 6' } } });
      const other = new NatsTransport({ link, service: 'telemetry', verifier, log });
      expect(await other.deadLetters().list(100)).toHaveLength(30);
      expect(await other.deadLetters().show(all[0]?.id ?? '')).toBeUndefined();
      expect(await other.deadLetters().discard(all[0]?.id ?? '')).toBe(false);
      expect(await letters.show('event-0')).toBeUndefined();
      expect(await letters.show('job-7')).toBeUndefined();
    });
  });
});
