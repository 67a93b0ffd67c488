import { Controller } from '@nestjs/common';
import { headers as newHeaders, JSONCodec } from 'nats';
import { z } from 'zod';
import type { Input, Output } from '@loam/contracts/define';
import { problemCodeSchema } from '@loam/contracts/problems';
import { StreamConflict } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { eventually, testBroker } from '@loam/testing';
import { Bus, valueOf } from './bus';
import type { Call } from './call';
import { OnRequest } from './decorators';
import { DEADLINE, IDENTITY } from './headers';
import { connectNats, type NatsLink } from './link';
import { caller, Look, Plant, recordingLog, serve, signer, tenant, verifier } from './messaging.fixtures';
import { NatsTransport } from './nats-transport';
import { Refused } from './refused';
import { ensureDeadLetterStream, ensureEventStream } from './streams';

type Broker = Awaited<ReturnType<typeof testBroker>>;

let handler: (input: Input<typeof Plant>, call: Call) => Promise<unknown>;
let looking: () => Promise<Output<typeof Look>>;

/** Passes for an output by its type alone. */
const breaking = (value: unknown): Output<typeof Look> =>
  z.custom<Output<typeof Look>>(() => true).parse(value);

@Controller()
class GardenController {
  @OnRequest(Plant)
  async plant(
    input: Input<typeof Plant>,
    call: Call,
  ): Promise<Output<typeof Plant> | Rejection<'version-exists'>> {
    const answer = await handler(input, call);
    const rejection = z.object({
      rejected: z.literal('version-exists'),
      detail: z.string(),
      pointer: z.string(),
    });
    return z.union([rejection, z.looseObject({ planted: z.string() })]).parse(answer);
  }

  @OnRequest(Look)
  async look(): Promise<Output<typeof Look>> {
    return looking();
  }
}

describe('a request between services', () => {
  let broker: Broker;
  let asking: NatsLink;
  let answering: NatsLink;
  let bus: Bus;
  let stop: () => Promise<void>;
  const log = recordingLog();
  const handled: string[] = [];

  beforeAll(async () => {
    broker = await testBroker();
    asking = await connectNats({ servers: broker.url, name: 'asking', log });
    answering = await connectNats({ servers: broker.url, name: 'answering', log });
    bus = new Bus({ link: asking, signer, log });
    const transport = new NatsTransport({
      ...{ link: answering, service: 'registry', verifier, log },
      outages: [(error) => error instanceof Error && 'code' in error && error.code === 'blobs-unavailable'],
      metrics: { handled: (kind, name, outcome) => handled.push(`${kind} ${name} ${outcome}`) },
    });
    stop = await serve(transport, GardenController);
  });
  afterAll(async () => {
    await stop();
    await asking.drain();
    await answering.drain();
    await broker.close();
  });
  beforeEach(() => {
    handler = async ({ seed }) => ({ planted: seed });
    looking = async () => ({ seen: 'a garden' });
    log.lines.length = 0;
    handled.length = 0;
  });

  const plant = (seed = 'oak', as = caller) => bus.request(Plant, { seed }, as);

  it('is not taken for a success when its handler throws, and the cause reaches the log', async () => {
    handler = async () => {
      throw new Error('the spade is broken', { cause: new Error('rust') });
    };
    const answer = await plant();
    expect(answer).toMatchObject({ ok: false, failure: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('spade');
    const [line, ...others] = log.lines;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'error',
      fields: {
        request: 'registry.plant-seed',
        err: { message: 'the spade is broken', cause: { message: 'rust' } },
      },
    });
    expect(handled).toEqual(['request registry.plant-seed internal']);
  });

  it('is answered with exactly what the contract says', async () => {
    handler = async ({ seed }) => ({ planted: seed, secret: 'not in the contract' });
    expect(await plant()).toEqual({ ok: true, value: { planted: 'oak' } });
    await eventually(() => expect(handled).toEqual(['request registry.plant-seed ok']));
  });

  it('tells the handler who asks, in which tenant, for what and until when', async () => {
    const calls: Call[] = [];
    handler = async ({ seed }, call) => {
      calls.push(call);
      return { planted: seed };
    };
    const before = Date.now();
    await plant();
    const [call] = calls;
    expect(call?.tenant).toBe(tenant);
    expect(call?.identity).toEqual({ issuer: 'gateway', ...caller.identity });
    expect(call?.context).toEqual({
      ...{ tenant, actor: caller.identity.actor, correlationId: 'a-correlation', causationId: 'a-cause' },
      traceparent: null,
    });
    expect(call?.caller).toEqual(caller);
    expect(call?.deadline.getTime()).toBeGreaterThanOrEqual(before + 1900);
    expect(call?.deadline.getTime()).toBeLessThan(Date.now() + 1901);
  });

  it('is refused before it is sent when it breaks the contract, with pointers to what is wrong', async () => {
    expect(await bus.request(Plant, { seed: 'x', where: { row: 1.5 } }, caller)).toMatchObject({
      ok: false,
      failure: { code: 'request-invalid', errors: [{ pointer: '/seed' }, { pointer: '/where/row' }] },
    });
    expect(handled).toEqual([]);
  });

  it('is answered with a rejection of the contract as a failure that names the part that is meant', async () => {
    handler = async () => reject('version-exists', 'There is one.', '/seed');
    expect(await plant()).toEqual({
      ok: false,
      failure: {
        code: 'version-exists',
        detail: 'There is one.',
        errors: [{ code: 'version-exists', detail: 'There is one.', pointer: '/seed' }],
      },
    });
    expect(log.lines).toEqual([]);
  });

  it('is a fault of the service when the handler breaks the contract', async () => {
    looking = async () => breaking({ seen: 3 });
    expect(await bus.request(Look, {}, caller)).toMatchObject({ failure: { code: 'internal' } });
    looking = async () => breaking({ rejected: 'version-exists', detail: 'not of this request' });
    expect(await bus.request(Look, {}, caller)).toMatchObject({ failure: { code: 'internal' } });
    expect(log.lines).toHaveLength(2);
  });

  it('is answered with 503 and when to retry while a part that the handler needs is away', async () => {
    const outages = [
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      Object.assign(new Error('no bucket'), { code: 'blobs-unavailable' }),
      new Refused({ code: 'unavailable', detail: 'telemetry is away', retryAfterSeconds: 1 }),
    ];
    for (const outage of outages) {
      handler = async () => {
        throw outage;
      };
      expect(await plant()).toMatchObject({ failure: { code: 'unavailable', retryAfterSeconds: 1 } });
    }
    expect(log.lines).toEqual([]);
  });

  it('is answered with stream-conflict where the stream never stood still', async () => {
    handler = async () => {
      throw new StreamConflict('seed:1', 3);
    };
    expect(await plant()).toMatchObject({ failure: { code: 'stream-conflict' } });
  });

  it('passes on what another service answered', async () => {
    handler = async () =>
      valueOf({ ok: false, failure: { code: 'version-exists', detail: 'said the other' } });
    expect(await plant()).toMatchObject({ failure: { code: 'version-exists', detail: 'said the other' } });
  });

  it('needs the scope of the contract', async () => {
    const as = (...scopes: string[]) => ({ ...caller, identity: { ...caller.identity, scopes } });
    expect(await plant('oak', as('skills:read'))).toMatchObject({ failure: { code: 'forbidden' } });
    expect(await plant('oak', as('skills:publish'))).toMatchObject({ ok: true });
  });

  it('needs a tenant only where the handler asks for one', async () => {
    const nobody = { ...caller, identity: { ...caller.identity, tenant: null } };
    expect(await plant('oak', nobody)).toMatchObject({ ok: true });
    handler = async ({ seed }, { context }) => ({ planted: `${seed} ${context.tenant}` });
    expect(await plant('oak', nobody)).toMatchObject({ failure: { code: 'unauthenticated' } });
    expect(log.lines).toEqual([]);
  });

  /** Sends what the bus never would. */
  const sendRaw = async (body: string, spoil: Record<string, string | undefined>): Promise<string> => {
    const headers = newHeaders();
    const all = {
      [IDENTITY]: await signer.sign(caller.identity),
      [DEADLINE]: String(Date.now() + 1000),
      ...spoil,
    };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) headers.set(name, value);
    const reply = await asking.connection.request(Plant.subject, Buffer.from(body), {
      headers,
      timeout: 1000,
    });
    const failure = z.object({ failure: z.object({ code: problemCodeSchema }) });
    return failure.parse(JSONCodec().decode(reply.data)).failure.code;
  };

  it('is refused without an identity, or with one that no service signed', async () => {
    expect(await sendRaw('{"seed":"oak"}', { [IDENTITY]: undefined })).toBe('unauthenticated');
    expect(await sendRaw('{"seed":"oak"}', { [IDENTITY]: 'e30.e30.e30' })).toBe('unauthenticated');
    const [header, , signature] = (await signer.sign(caller.identity)).split('.');
    const claims = Buffer.from(JSON.stringify({ iss: 'gateway', exp: 9e9, tenant, scopes: ['*'] }));
    expect(
      await sendRaw('{"seed":"oak"}', {
        [IDENTITY]: `${header}.${claims.toString('base64url')}.${signature}`,
      }),
    ).toBe('unauthenticated');
  });

  it('is checked again by the service that answers it', async () => {
    expect(await sendRaw('{"seed":1}', {})).toBe('request-invalid');
    expect(await sendRaw('{"seed":', {})).toBe('request-malformed');
    expect(await sendRaw('{"seed":"oak"}', { [DEADLINE]: 'soon' })).toBe('request-malformed');
  });

  it('is not begun when its deadline has passed', async () => {
    let begun = false;
    handler = async () => {
      begun = true;
      return { planted: '' };
    };
    expect(await sendRaw('{"seed":"oak"}', { [DEADLINE]: String(Date.now() - 1) })).toBe('deadline-exceeded');
    expect(begun).toBe(false);
  });

  it('is given up by both sides at the deadline', async () => {
    let release = (): void => undefined;
    const askerGaveUp = new Promise<void>((resolve) => {
      release = resolve;
    });
    const aborted = new Promise<void>((resolve) => {
      handler = async (_, { signal }) => {
        await new Promise((abort) => {
          signal.addEventListener('abort', abort);
        });
        resolve();
        // Both deadlines are one moment: an answer at once could still be in time.
        await askerGaveUp;
        return { planted: 'too late' };
      };
    });
    const answer = await bus.request(Plant, { seed: 'oak' }, caller, { timeoutMs: 100 });
    release();
    expect(answer).toMatchObject({ failure: { code: 'deadline-exceeded', retryAfterSeconds: 1 } });
    await aborted;
  });

  it('is refused at once when the service has its hands full, and served again afterwards', async () => {
    const waiting: (() => void)[] = [];
    handler = async ({ seed }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { planted: seed };
    };
    const refused: unknown[] = [];
    const flood = Array.from({ length: 1200 }, async () => {
      const answer = await bus.request(Plant, { seed: 'oak' }, caller, { timeoutMs: 20_000 });
      if (!answer.ok) refused.push(answer.failure.code);
    });
    await eventually(() => expect(refused).toHaveLength(1200 - 64 - 1024));
    expect(waiting).toHaveLength(64);
    handler = async ({ seed }) => ({ planted: seed });
    for (const release of waiting) release();
    await Promise.all(flood);
    expect(new Set(refused)).toEqual(new Set(['unavailable']));
    expect(refused).toHaveLength(1200 - 64 - 1024);
  });

  it('is too large for the broker and says so', async () => {
    const seed = 'x'.repeat(9 * 1024 * 1024);
    expect(await plant(seed)).toMatchObject({ failure: { code: 'body-too-large' } });
    handler = async () => ({ planted: seed });
    expect(await plant()).toMatchObject({ failure: { code: 'internal' } });
  });

  it('is answered with 503 at once when nobody serves it', async () => {
    const started = Date.now();
    const nobody = { ...Plant, subject: 'cmd.registry.nobody.v1' };
    expect(await bus.request(nobody, { seed: 'oak' }, caller)).toMatchObject({
      failure: { code: 'unavailable', retryAfterSeconds: 1 },
    });
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('is never answered by a stream: none holds a subject of a request', async () => {
    const manager = await asking.jetStreamManager();
    await ensureEventStream(manager, 'registry');
    await ensureEventStream(manager, 'telemetry');
    await ensureDeadLetterStream(manager);
    for (const subject of ['cmd.registry.nobody.v1', 'qry.registry.nobody.v1', 'adm.registry.nobody.v1'])
      await expect(asking.connection.jetstream().publish(subject)).rejects.toMatchObject({ code: '503' });
    expect(await manager.streams.find('evt.registry.seed-planted.v1')).toBe('EVT_REGISTRY');
  });

  it('in hand is finished when the service stops, and then nobody serves it', async () => {
    const transport = new NatsTransport({ link: answering, service: 'decay', verifier, log });
    const Other = { ...Look, subject: 'qry.decay.look.v1' };
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    let begun = false;

    @Controller()
    class SlowController {
      @OnRequest(Other)
      async look(): Promise<Output<typeof Look>> {
        begun = true;
        await opened;
        return { seen: 'slowly' };
      }
    }
    const end = await serve(transport, SlowController);
    const answer = bus.request(Other, {}, caller, { timeoutMs: 20_000 });
    await eventually(() => expect(begun).toBe(true));
    const ended = end();
    await eventually(async () =>
      expect(await bus.request(Other, {}, caller, { timeoutMs: 100 })).toMatchObject({
        failure: { code: 'unavailable' },
      }),
    );
    gate.open?.();
    expect(await answer).toEqual({ ok: true, value: { seen: 'slowly' } });
    await ended;
  });

  it('cannot have two handlers: the service does not start', async () => {
    @Controller()
    class Second {
      @OnRequest(Look)
      async again(): Promise<Output<typeof Look>> {
        return { seen: '' };
      }
    }
    const transport = new NatsTransport({ link: answering, service: 'registry', verifier, log });
    await expect(serve(transport, GardenController, Second)).rejects.toThrow('two handlers of qry.registry');
  });

  it('is answered with 503 within 2 s while the broker is away, and with its value when it is back', async () => {
    await broker.stop();
    const started = Date.now();
    // The second code where the loss of the connection has not been noticed yet; both are 503.
    expect(await plant()).toMatchObject({
      failure: { code: expect.stringMatching(/^(unavailable|deadline-exceeded)$/), retryAfterSeconds: 1 },
    });
    expect(Date.now() - started).toBeLessThan(2000);
    await expect(asking.ping()).rejects.toThrow();
    await broker.start();
    await eventually(async () => expect(await plant()).toMatchObject({ ok: true }));
    await asking.ping();
  });
});
