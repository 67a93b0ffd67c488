import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cleanUp, problem, server, tree, type Seen } from '../cli.fixtures';
import { textOf } from './json';
import { placesOf, type Places } from './places';
import { send } from './send';
import { sendingOf } from './sending';
import { append, countLoss, linesOf, lossOf, MOST_SPOOLED, sealed, writePrivately } from './spool';

afterAll(cleanUp);
jest.setTimeout(60_000);

const batch = z.array(z.object({ id: z.string(), type: z.string() }));
const idsOf = ({ body }: Seen): string[] => batch.parse(JSON.parse(body.toString())).map(({ id }) => id);
const isBatch = ({ path }: Seen): boolean => path.endsWith('/events');

/** Takes everything that is reported, as the server does. */
const taking = (seen: Seen) => ({
  json: { results: idsOf(seen).map((id) => ({ id, status: 'recorded' })) },
});

const event = (id: string, type = 'loam.capture.stopped') => ({ id, type, data: { session: 's' } });

/** A person's machine with a spool, and the server that it knows. */
async function machine(reply: Parameters<typeof server>[0]) {
  const [home, { url, seen }] = await Promise.all([tree(), server(reply)]);
  const env = { HOME: home, LOAM_URL: url, LOAM_TOKEN: 'loam_secret' };
  const places = placesOf(env);
  return { home, env, places, seen, send: () => send(env) };
}

const waiting = (places: Places): string[] =>
  [...sealed(places), places.current].filter((file) => existsSync(file)).flatMap(linesOf);
const status = (places: Places) => sendingOf(textOf(places.sending));

describe('the sender', () => {
  it('sends captures and uses to where they belong, and leaves nothing', async () => {
    const { places, seen, send } = await machine(taking);
    append(places, [event('1'), event('2', 'loam.usage.activation')]);
    await send();
    expect(seen.map(({ path }) => path)).toEqual(['/v1/capture/events', '/v1/events']);
    expect(seen[0]?.headers.authorization).toBe('Bearer loam_secret');
    expect(waiting(places)).toEqual([]);
    expect(status(places)).toMatchObject({ error: null, refused: 0 });
  });

  it('leaves everything where the server is away, and sends it with the same ids when it is back', async () => {
    let isBack = false;
    const { places, seen, send } = await machine((each) =>
      isBack ? taking(each) : problem('unavailable', 503, { 'retry-after': '60' }),
    );
    append(places, [event('1')]);
    await send();
    expect(waiting(places)).toHaveLength(1);
    expect(status(places)).toMatchObject({ failures: 1, error: expect.stringContaining('503') });
    expect(status(places).notBefore).toBeGreaterThan(Date.now() + 50_000);
    isBack = true;
    append(places, [event('2')]);
    await send();
    expect(seen.slice(1).flatMap(idsOf)).toEqual(['1', '2']);
    expect(status(places)).toMatchObject({ failures: 0, error: null });
  });

  it('48 hours offline with 20,000 events: all arrive once, although answers are lost on the way', async () => {
    const arrived = new Set<string>();
    const { places, send } = await machine((seen, nth) => {
      for (const id of idsOf(seen)) arrived.add(id);
      return nth % 5 === 0 ? undefined : taking(seen);
    });
    for (let index = 0; index < 20_000; index += 1) append(places, [event(String(index))]);
    for (let tries = 0; tries < 20 && waiting(places).length > 0; tries += 1) await send();
    expect(arrived.size).toBe(20_000);
    expect(waiting(places)).toEqual([]);
  });

  it('keeps the rest where it breaks off, and what was told by others meanwhile', async () => {
    const { places, seen, send } = await machine((each, nth) =>
      nth === 1 ? taking(each) : problem('unavailable', 503),
    );
    for (let index = 0; index < 700; index += 1) append(places, [event(String(index))]);
    await send();
    append(places, [event('late')]);
    expect(waiting(places)).toHaveLength(201);
    expect(seen).toHaveLength(2);
  });

  it('counts what the server never takes, and lets nothing wait behind it', async () => {
    const { places, send } = await machine((seen) => {
      const ids = idsOf(seen);
      if (ids.includes('broken')) return problem('request-malformed', 400);
      return { json: { results: ids.map((id) => ({ id, status: id === 'odd' ? 'invalid' : 'recorded' })) } };
    });
    append(
      places,
      ['1', 'broken', 'odd', '2'].map((id) => event(id)),
    );
    appendFileSync(places.current, '{"torn": ');
    append(places, [event('3')]);
    await send();
    expect(waiting(places)).toEqual([]);
    expect(status(places)).toMatchObject({ refused: 3, error: null });
  });

  it('is one at a time', async () => {
    const { places, seen, send } = await machine(taking);
    append(places, [event('1')]);
    await Promise.all([send(), send(), send()]);
    expect(seen).toHaveLength(1);
    expect(existsSync(places.lock)).toBe(false);
  });

  it('does not wait for one that was killed, and waits for one that lives', async () => {
    const { places, seen, send } = await machine(taking);
    append(places, [event('1')]);
    writePrivately(places.lock, String(process.pid));
    await send();
    expect(seen).toEqual([]);
    const { pid } = spawnSync(process.execPath, ['--version']);
    writePrivately(places.lock, String(pid));
    await send();
    expect(seen).toHaveLength(1);
    expect(existsSync(places.lock)).toBe(false);
  });

  it('takes the token nowhere but to the server', async () => {
    const elsewhere = await server(taking);
    const { places, send } = await machine(() => ({
      status: 307,
      headers: { location: `${elsewhere.url}/v1/events` },
    }));
    append(places, [event('1')]);
    await send();
    expect(elsewhere.seen).toEqual([]);
    expect(waiting(places)).toHaveLength(1);
    expect(textOf(places.sending)).not.toContain('loam_secret');
  });
});

describe('the spool', () => {
  it('drops what is new when it is full, and counts it', async () => {
    const { places } = await machine(taking);
    append(places, [event('1')]);
    truncateSync(places.current, MOST_SPOOLED);
    expect(append(places, [event('2')])).toBe('full');
    expect(lossOf(places.dropped, new Date())).toMatchObject({ count: 1, at: expect.any(String) });
  });

  it('tells of losses for seven days, and counts from the start after that', async () => {
    const { places } = await machine(taking);
    const now = new Date();
    for (const file of [places.dropped, places.dropped, places.tooLarge]) countLoss(file, now);
    expect([lossOf(places.dropped, now).count, lossOf(places.tooLarge, now).count]).toEqual([2, 1]);
    const later = new Date(now.getTime() + 8 * 24 * 3_600_000);
    expect(lossOf(places.dropped, later)).toEqual({ count: 0, at: null });
    countLoss(places.dropped, later);
    expect(lossOf(places.dropped, now).count).toBe(1);
  });

  it('of one server is not sent to another', async () => {
    const one = placesOf({ HOME: '/h', LOAM_URL: 'https://one.example', LOAM_TENANT: 'a' });
    const other = placesOf({ HOME: '/h', LOAM_URL: 'https://one.example', LOAM_TENANT: 'b' });
    expect(one.spool).not.toBe(other.spool);
  });
});

describe('a transcript', () => {
  const secret = ['ghp_', 'a1b2c3d4e5f6a1b2c3d4'].join('');
  const line = (text: string, cwd = '/home/bob/x') =>
    `${JSON.stringify({ type: 'user', uuid: text, cwd, message: { content: text } })}\n`;

  /** What the server has of it, byte by byte. */
  function store() {
    const held = { bytes: Buffer.alloc(0) };
    const reply = (seen: Seen) => {
      if (isBatch(seen)) return taking(seen);
      const offset = Number(seen.path.split('/').at(-1));
      if (offset > held.bytes.length) return problem('transcript-gap', 409);
      held.bytes = Buffer.concat([held.bytes, seen.body.subarray(held.bytes.length - offset)]);
      return { json: { session: 's', offset: held.bytes.length } };
    };
    return { held, reply };
  }

  async function recorded() {
    const { held, reply } = store();
    const own = await machine(reply);
    const path = join(own.home, 't.jsonl');
    writePrivately(join(own.places.transcripts, 's.wanted'), JSON.stringify({ session: 's', path }));
    return { ...own, held, path };
  }
  const textIn = (held: { bytes: Buffer }): string => held.bytes.toString();

  it('goes redacted and only once, line by line, and a line that is not whole waits', async () => {
    const { path, send, held } = await recorded();
    const half = line('the second');
    appendFileSync(path, `${line(`see /home/bob/x/src/a.ts ${secret}`)}${half.slice(0, 40)}`);
    await send();
    expect(textIn(held)).toMatch(/see .*src\/a.ts \[REDACTED\]/);
    for (const gone of ['bob', secret, 'second']) expect(textIn(held)).not.toContain(gone);
    appendFileSync(path, `${half.slice(40)}${line('more')}`);
    await send();
    await send();
    expect(textIn(held).split('\n')).toHaveLength(4);
    expect(textIn(held)).toContain('the second');
  });

  it('is sent again from the start where the server has less than was thought', async () => {
    const { path, send, held } = await recorded();
    appendFileSync(path, line('one'));
    await send();
    const whole = textIn(held);
    held.bytes = Buffer.alloc(0);
    appendFileSync(path, line('two'));
    await send();
    await send();
    expect(textIn(held)).toBe(`${whole}${whole.replaceAll('one', 'two')}`);
  });

  it('of any bytes is no error, and a line of megabytes is left out', async () => {
    const { path, send, held, places } = await recorded();
    appendFileSync(path, Buffer.from([0xff, 0xfe, 0x0a, 0x00, 0x0a]));
    appendFileSync(path, `${'x'.repeat(9 * 1024 * 1024)}\n${line('after')}`);
    await send();
    expect(textIn(held)).toContain('after');
    expect(textIn(held)).not.toContain('xx');
    expect(held.bytes.length).toBeLessThan(1000);
    expect(status(places).error).toBeNull();
  });
});
