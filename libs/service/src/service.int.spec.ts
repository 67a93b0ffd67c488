import { randomUUID } from 'node:crypto';
import { context, propagation, trace } from '@opentelemetry/api';
import { operations } from '@loam/contracts/operations';
import { provision } from '@loam/database';
import { Bus, connectNats, createIdentitySigner, valueOf, type Caller } from '@loam/messaging';
import {
  eventually,
  testBroker,
  testDatabase,
  testPostgres,
  testRedis,
  type TestDatabase,
} from '@loam/testing';
import { NoteText } from './sample-service.fixtures';
import { build, gatewayKeys, sampleEnvironment, ServiceProcess } from './service-process.fixtures';
import { FollowingContext, W3CHeaders } from './trace-context';

jest.setTimeout(30_000);

let database: TestDatabase;
let nats: Awaited<ReturnType<typeof testBroker>>;
let redis: Awaited<ReturnType<typeof testRedis>>;
let environment: Record<string, string>;
const started: ServiceProcess[] = [];

const run = (more: Record<string, string> = {}, ...args: string[]): ServiceProcess => {
  const process = new ServiceProcess({ ...environment, ...more }, ...args);
  started.push(process);
  return process;
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const caller: Caller = {
  identity: { tenant: randomUUID(), actor: { type: 'token', id: 'spec' }, scopes: ['*', 'platform:admin'] },
  correlationId: 'spec',
};

async function withBus<T>(work: (bus: Bus) => Promise<T>): Promise<T> {
  const link = await connectNats({ servers: nats.url, name: 'spec', log: silent });
  const signer = createIdentitySigner({ service: 'gateway', privateKeyPem: gatewayKeys.privateKeyPem });
  try {
    return await work(new Bus({ link, signer, log: silent }));
  } finally {
    await link.drain();
  }
}

/** Requests arrive in order: once this one is answered, those before it are in hand. */
async function isInHand(bus: Bus): Promise<void> {
  const asked = await bus.request(operations.decay.getReplayCheck, { id: 'x' }, caller);
  expect(asked).toMatchObject({ failure: { code: 'replay-check-not-found' } });
}

beforeAll(async () => {
  context.setGlobalContextManager(new FollowingContext());
  propagation.setGlobalPropagator(new W3CHeaders());
  [database, nats, redis] = await Promise.all([testDatabase('decay'), testBroker(), testRedis(), build()]);
  environment = await sampleEnvironment({ urls: database.urlsOf('decay'), nats: nats.url, redis: redis.url });
  expect(await run({}, 'migrate').exit()).toBe(0);
});

afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((one) => one.ended));
});

afterAll(async () => {
  await Promise.all([database.close(), nats.close(), redis.close()]);
});

describe('a service', () => {
  it('refuses an environment that is not valid with exit code 78, naming every variable', async () => {
    const service = run({ DATABASE_URL: 'hunter2', LOAM_SAMPLE_NOTE: '' });
    expect(await service.exit()).toBe(78);
    expect(service.stderr).toBe(
      [
        'decay cannot start with this environment:',
        "  DATABASE_URL is wrong: it should be the connection URL of the service's app role (postgres://…)",
        '  LOAM_SAMPLE_NOTE is missing: it should be any text\n',
      ].join('\n'),
    );
  });

  it('says which migrations are missing, and how to run them', async () => {
    const empty = await testDatabase('decay');
    const { owner, app, system } = empty.urlsOf('decay');
    const urls = { DATABASE_URL: app, DATABASE_SYSTEM_URL: system, DATABASE_OWNER_URL: owner };
    const service = run(urls);
    expect(await service.exit()).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: expect.stringMatching(
        /lacks the migrations SampleTables1700000000001; run: .*fixtures.js migrate$/,
      ),
    });
    const migrating = run(urls, 'migrate');
    expect(await migrating.exit()).toBe(0);
    expect(migrating.lines).toMatchObject([{ msg: 'migrated', applied: ['SampleTables1700000000001'] }]);
    await empty.close();
  });

  it('is ready, says so once, and tells who started it', async () => {
    const service = run();
    const [told] = await new Promise<unknown[]>((resolve) =>
      service.child.once('message', (...all) => resolve(all)),
    );
    const { status, text } = await service.health('/readyz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      ...{ status: 'ready', phase: 'serving' },
      dependencies: {
        postgres: { status: 'up' },
        nats: { status: 'up' },
        redis: { status: 'up' },
        blobs: { status: 'up' },
      },
    });
    expect(service.lines).toMatchObject([{ msg: 'ready', service: 'decay', ms: expect.any(Number) }]);
    expect(told).toEqual({ ready: true, healthPort: service.lines[0]?.['healthPort'] });
    expect((await service.health('/livez')).status).toBe(200);
    expect((await service.health('/else')).status).toBe(404);
  });

  it('answers a request in the trace of its caller, and counts it', async () => {
    const service = run();
    await service.said('ready');
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const parent = trace.wrapSpanContext({ traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
    const answer = await withBus((bus) =>
      context.with(trace.setSpan(context.active(), parent), () =>
        bus.request(NoteText, { text: 'a' }, caller),
      ),
    );
    expect(valueOf(answer)).toEqual({ note: 'hello', traceId });
    const { text } = await service.health('/metrics');
    expect(text).toMatch(/^loam_requests_total\{name="decay.note-text",outcome="ok",service="decay"\} 1$/m);
    for (const metric of ['loam_relay_lag_events', 'loam_relay_lag_seconds', 'process_resident_memory_bytes'])
      expect(text).toMatch(new RegExp(`^${metric}\\{service="decay"\\} [0-9.]+$`, 'm'));
    expect(text).toMatch(/^loam_queue_depth\{queue="decay.weigh",state="waiting",service="decay"\} 0$/m);
    expect(text).toMatch(/^loam_dead_letters\{source="event",service="decay"\} 0$/m);
    expect(text).toMatch(/^loam_dead_letter_age_seconds\{source="job",service="decay"\} 0$/m);
  });

  it('on SIGTERM answers what it has in hand, takes nothing more, and ends with 0', async () => {
    const service = run();
    await service.said('ready');
    await withBus(async (bus) => {
      const inHand = bus.request(NoteText, { text: 'slow', afterMs: 1000 }, caller);
      await isInHand(bus);
      service.child.kill('SIGTERM');
      await service.said('ending');
      await eventually(async () => {
        expect(await bus.request(NoteText, { text: 'late' }, caller)).toMatchObject({
          failure: { code: 'unavailable' },
        });
      });
      expect(await inHand).toMatchObject({ ok: true });
    });
    expect(await service.exit()).toBe(0);
    expect(service.lines.map((line) => line.msg)).toEqual(['ready', 'ending', 'ended']);
  });

  it('ends at once on a second signal', async () => {
    const service = run();
    await service.said('ready');
    await withBus(async (bus) => {
      const inHand = bus.request(NoteText, { text: 'slower', afterMs: 60_000 }, caller, { timeoutMs: 1000 });
      await isInHand(bus);
      service.child.kill('SIGTERM');
      await service.said('ending');
      service.child.kill('SIGINT');
      expect(await service.exit()).toBe(1);
      expect(await inHand).toMatchObject({ ok: false });
    });
  });

  it('gives up on what is in hand when its time is over', async () => {
    const service = run({ LOAM_SHUTDOWN_SECONDS: '1' });
    await service.said('ready');
    await withBus(async (bus) => {
      const inHand = bus.request(NoteText, { text: 'endless', afterMs: 60_000 }, caller, { timeoutMs: 500 });
      expect(await inHand).toMatchObject({ failure: { code: 'deadline-exceeded' } });
    });
    service.child.kill('SIGTERM');
    expect(await service.exit()).toBe(1);
    expect(service.lines).toContainEqual(
      expect.objectContaining({ stage: 'door', msg: 'did not end in time' }),
    );
  });

  it('ends when the launcher that holds its channel is gone', async () => {
    const service = run();
    await service.said('ready');
    service.child.disconnect();
    expect(await service.exit()).toBe(0);
    expect(service.lines).toContainEqual(expect.objectContaining({ reason: 'the launcher is gone' }));
  });

  it('ends in order when the launcher dies and a signal tells it the same', async () => {
    const service = run();
    await service.said('ready');
    service.child.disconnect();
    await service.said('ending');
    service.child.kill('SIGINT');
    expect(await service.exit()).toBe(0);
  });

  it('with a door for HTTP answers what came in there before it ends', async () => {
    const service = run({ LOAM_SAMPLE_HTTP: 'yes' });
    const { port } = await service.said('ready');
    const slow = `http://127.0.0.1:${String(port)}/slow`;
    expect((await fetch(slow)).status).toBe(200);
    const inHand = fetch(slow);
    await eventually(() => expect(service.lines.filter(({ msg }) => msg === 'slow began')).toHaveLength(2));
    service.child.kill('SIGTERM');
    expect(await (await inHand).json()).toEqual({ note: 'hello' });
    await expect(fetch(slow)).rejects.toThrow();
    expect(await service.exit()).toBe(0);
  });

  it('waits for NATS and Redis that are away when it starts', async () => {
    await Promise.all([nats.stop(), redis.stop()]);
    const service = run();
    await service.said('NATS is away; waiting for it');
    await nats.start();
    await service.said('ready');
    expect((await service.health('/readyz')).text).toMatch(/"status":"degraded"/);
    expect((await service.health('/readyz')).status).toBe(200);
    await redis.start();
    await eventually(async () =>
      expect((await service.health('/readyz')).text).toMatch(/^\{"status":"ready"/),
    );
  });

  it('is not ready while NATS is away, and recovers without a restart', async () => {
    const service = run();
    await service.said('ready');
    await nats.stop();
    await eventually(async () => expect((await service.health('/readyz')).status).toBe(503));
    expect((await service.health('/livez')).status).toBe(200);
    await nats.start();
    await eventually(async () => expect((await service.health('/readyz')).status).toBe(200));
  });
});

describe('Postgres', () => {
  it('is waited for at the start; while it is away the service is not ready, and it recovers by itself', async () => {
    const server = await testPostgres();
    const { decay } = await provision(server.url, {
      ...{ database: 'loam', services: ['decay'] },
      passwordOf: (role) => `test-${role}`,
    });
    if (decay === undefined) throw new Error('nothing was provisioned');
    const urls = {
      DATABASE_URL: decay.app,
      DATABASE_SYSTEM_URL: decay.system,
      DATABASE_OWNER_URL: decay.owner,
    };
    expect(await run(urls, 'migrate').exit()).toBe(0);
    await server.stop();
    const service = run(urls);
    await service.said('Postgres is away; waiting for it');
    await server.start();
    await service.said('ready');
    await withBus(async (bus) => {
      expect(await bus.request(NoteText, { text: 'before' }, caller)).toMatchObject({ ok: true });
      await server.stop();
      expect((await service.health('/readyz')).status).toBe(503);
      expect((await service.health('/livez')).status).toBe(200);
      expect(await bus.request(NoteText, { text: 'meanwhile' }, caller)).toMatchObject({
        failure: { code: 'unavailable' },
      });
      await server.start();
      await eventually(async () => expect((await service.health('/readyz')).status).toBe(200));
      expect(await bus.request(NoteText, { text: 'after' }, caller)).toMatchObject({ ok: true });
    });
    service.child.kill('SIGTERM');
    expect(await service.exit()).toBe(0);
    await server.close();
  });
});

describe('what a job gave up on', () => {
  it('JOB-09 is listed, shown, redriven and discarded by the operator, and its age is measured', async () => {
    const service = run();
    await service.said('ready');
    const { listDeadLetters, showDeadLetter, redriveDeadLetter, discardDeadLetter } = operations.decay;
    await withBus(async (bus) => {
      const list = async () => valueOf(await bus.request(listDeadLetters, { limit: 10 }, caller));
      const listed = () =>
        eventually(async () => {
          const [letter, ...others] = await list();
          expect(others).toEqual([]);
          if (letter === undefined) throw new Error('none yet');
          return letter;
        });
      valueOf(await bus.request(NoteText, { text: 'heavy' }, caller));
      const letter = await listed();
      expect(letter).toMatchObject({ source: 'job', name: 'decay.weigh', reason: 'heavy is too heavy' });
      const { id } = letter;
      expect(valueOf(await bus.request(showDeadLetter, { id }, caller)).payload).toEqual({ text: 'heavy' });
      const { text } = await service.health('/metrics');
      expect(text).toMatch(/^loam_dead_letter_age_seconds\{source="job",service="decay"\} (?!0$)[0-9.]+$/m);
      expect(await bus.request(redriveDeadLetter, { id }, caller)).toMatchObject({ ok: true });
      const again = await eventually(async () => {
        const found = await listed();
        expect(found.failedAt > letter.failedAt).toBe(true);
        return found;
      });
      expect(await bus.request(discardDeadLetter, { id: again.id }, caller)).toMatchObject({ ok: true });
      expect(await list()).toEqual([]);
      const actor = caller.identity.actor.id;
      expect(await service.said('a dead letter was redriven')).toMatchObject({ letter: id, actor });
      expect(await service.said('a dead letter was discarded')).toMatchObject({ letter: again.id, actor });
      for (const gone of [again.id, 'event-1', 'nonsense'])
        expect(await bus.request(showDeadLetter, { id: gone }, caller)).toMatchObject({
          failure: { code: 'dead-letter-not-found' },
        });
    });
  });
});

describe('a replay check', () => {
  it('rebuilds in a process of its own and reports what differs', async () => {
    const service = run();
    await service.said('ready');
    await withBus(async (bus) => {
      valueOf(await bus.request(NoteText, { text: 'checked' }, caller));
      await database.asSuperuser("UPDATE decay.notes SET text = 'spoilt' WHERE text = 'checked'");
      const { startReplayCheck, getReplayCheck } = operations.decay;
      const both = await Promise.all([1, 2].map(() => bus.request(startReplayCheck, {}, caller)));
      const [first, second] = both.map(valueOf);
      expect(first).toMatchObject({ status: 'running' });
      expect(second?.id).toBe(first?.id);
      const done = await eventually(async () => {
        const check = valueOf(await bus.request(getReplayCheck, { id: first?.id ?? '' }, caller));
        expect(check.status).not.toBe('running');
        return check;
      });
      expect(done).toMatchObject({ status: 'done', differing: 1, error: null, tables: [{ table: 'notes' }] });
      expect(done.differences).toMatchObject([
        { table: 'notes', difference: 'different', columns: ['text'] },
      ]);
      expect(done.progress.done).toBe(done.progress.total);
      // Who saw the end of one is not answered with it again.
      const next = valueOf(await bus.request(startReplayCheck, {}, caller));
      expect(next.id).not.toBe(first?.id);
    });
  });

  it('that fails says why', async () => {
    const service = run();
    await service.said('ready');
    await database.asSuperuser('CREATE TABLE decay_replay.notes (in_the_way int)');
    await withBus(async (bus) => {
      const { id } = valueOf(await bus.request(operations.decay.startReplayCheck, {}, caller));
      const failed = await eventually(async () => {
        const check = valueOf(await bus.request(operations.decay.getReplayCheck, { id }, caller));
        expect(check.status).toBe('failed');
        return check;
      });
      expect(failed.error).toMatch(/relation "notes" already exists/);
    });
    await database.asSuperuser('DROP TABLE decay_replay.notes');
  });
});
