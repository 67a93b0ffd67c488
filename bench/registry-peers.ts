import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectAnswer, httpWorker, type Exchange } from './http-worker';
import { requestBytes } from './http-link';
import { startLoam, untilQuiet } from './loam';
import { filesOf, startNginx } from './nginx';
import { npmPublishRequest, publishRequest, sha256Of, type Payload } from './payloads';
import type { Role, Scenario, Setting, Subject, Worker } from './scenario';
import { startVerdaccio } from './verdaccio';

const CLIENTS = 64;
const OPEN_RATE = 500;
/** One answer in so many is compared byte by byte. */
const LOOK_CLOSELY = 64;

/** Gives its items again and again. */
function inTurn<T>(items: readonly T[]): () => T {
  let turn = 0;
  return () => {
    const item = items[turn % items.length];
    turn += 1;
    if (item === undefined) throw new Error('there is nothing to give');
    return item;
  };
}

/** Puts the payloads into a registry, 16 at a time. */
async function fill(url: string, requests: readonly Buffer[]): Promise<void> {
  const left = [...requests];
  const worker = async () =>
    httpWorker(url, () => ({
      request: left.pop() ?? Buffer.alloc(0),
      expect: (answer) => expectAnswer(answer, 201),
    }));
  const workers: Worker[] = await Promise.all(Array.from({ length: 16 }, worker));
  await Promise.all(
    workers.map(async ({ perform, close }) => {
      while (left.length > 0) await perform();
      await close();
    }),
  );
}

/** Expects 200 and the same bytes each time. */
function exchangeOf(path: string, token: string | undefined, sha256: string | undefined): Exchange {
  let known: Buffer | undefined;
  let turn = 0;
  return {
    request: requestBytes('GET', path, token === undefined ? {} : { authorization: `Bearer ${token}` }),
    expect: (answer) => {
      expectAnswer(answer, 200, known?.length);
      turn += 1;
      if (known === undefined) {
        if (sha256 !== undefined && sha256Of(answer.body) !== sha256) throw new Error('other bytes came');
        known = Buffer.from(answer.body);
      } else if (turn % LOOK_CLOSELY === 0 && !known.equals(answer.body)) throw new Error('other bytes came');
    },
  };
}

type Place = (payload: Payload) => { readonly path: string; readonly sha256?: string };

export interface Peer {
  readonly name: string;
  readonly role: Role;
  readonly start: () => Promise<Omit<Subject, 'open' | 'check'> & { url: string; token?: string }>;
  readonly place: Place;
}

export const scenarioOf =
  (payloads: readonly Payload[]) =>
  ({ name, role, start, place }: Peer): Scenario => ({
    ...{ name, role, clients: CLIENTS, openRate: OPEN_RATE },
    start: async () => {
      const { url, token, ...subject } = await start();
      const next = inTurn(
        payloads.map((payload) => {
          const { path, sha256 } = place(payload);
          return exchangeOf(path, token, sha256);
        }),
      );
      const open = () => httpWorker(url, next);
      // The first look at each, whose bytes the later ones are compared with.
      const first = await open();
      try {
        for (let turn = 0; turn < payloads.length; turn += 1) await first.perform();
      } catch (error) {
        await subject.stop();
        throw error;
      }
      await first.close();
      return { ...subject, open, check: async () => undefined };
    },
  });

export async function prepareLoam({ folder, profile }: Setting, payloads: readonly Payload[]) {
  const home = join(folder, 'loam');
  await mkdir(home, { recursive: true, mode: 0o755 });
  const loam = await startLoam(home, { profile: false });
  await fill(
    loam.stack.url,
    payloads.map((payload) => publishRequest(loam.stack.token, payload)),
  );
  await untilQuiet(loam);
  await loam.stop();
  return {
    home,
    start: async () => {
      const { stack, processes, observe, profiler, stop } = await startLoam(home, { profile });
      return { url: stack.url, token: stack.token, processes, observe, stop, ...(profiler && { profiler }) };
    },
  };
}

export async function prepareVerdaccio({ folder }: Setting, payloads: readonly Payload[]) {
  const home = join(folder, 'verdaccio');
  const first = await startVerdaccio(home);
  await fill(
    first.url,
    payloads.map((payload) => npmPublishRequest(first.token, first.url, payload)),
  );
  await first.stop();
  return async () => {
    const { pid, ...verdaccio } = await startVerdaccio(home);
    return { ...verdaccio, processes: { verdaccio: pid } };
  };
}

/** nginx with a file for each payload. */
export async function nginxPeer(
  { folder }: Setting,
  payloads: readonly Payload[],
  contentOf: (payload: Payload) => Buffer,
): Promise<Peer> {
  const home = join(folder, 'nginx');
  await mkdir(filesOf(home), { recursive: true });
  for (const payload of payloads)
    await writeFile(join(filesOf(home), payload.slug), contentOf(payload), { mode: 0o644 });
  return {
    ...{ name: 'nginx', role: 'limit' },
    start: async () => {
      const { pid, ...running } = await startNginx(home);
      return { ...running, processes: { nginx: pid } };
    },
    place: ({ slug }) => ({ path: `/${slug}` }),
  };
}

export const tarball = ({ slug, sha256 }: Payload) => ({ path: `/${slug}/-/${slug}-1.0.0.tgz`, sha256 });
