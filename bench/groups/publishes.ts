import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectAnswer, httpWorker, type Exchange } from '../http-worker';
import { HttpLink, requestBytes } from '../http-link';
import { removeLoam, startLoam, type Loam } from '../loam';
import { makePayloads, npmPublishRequest, publishRequest, sha256Of, type Payload } from '../payloads';
import type { Comparison, Group, Scenario, Setting } from '../scenario';
import { targets } from '../targets';
import { startVerdaccio } from '../verdaccio';

/** As many as are published in a round at most: it ends early rather than publish one twice. */
const PAYLOADS = 8000;
const OPEN_RATE = 40;
const LOOKED_AT = 20;

interface Published {
  readonly count: number;
  /** Those that were read again, with what came. */
  readonly read: readonly { readonly slug: string; readonly sha256: string }[];
}

/** Hands out each payload once. */
class Stock {
  private taken = 0;

  constructor(private readonly payloads: readonly Payload[]) {}

  next(toRequest: (payload: Payload) => Buffer): Exchange {
    const payload = this.payloads[this.taken];
    if (payload === undefined) throw new Error('everything is published: there are too few payloads');
    this.taken += 1;
    return { request: toRequest(payload), expect: (answer) => expectAnswer(answer, 201) };
  }

  /** Some of those that were handed out, evenly spread. */
  sample(): Payload[] {
    const step = Math.max(1, Math.floor(this.taken / LOOKED_AT));
    return this.payloads.slice(0, this.taken).filter((_, index) => index % step === 0);
  }
}

function requireSame(done: number, { count, read }: Published, sample: readonly Payload[]): void {
  if (count !== done) throw new Error(`${done} were acknowledged and ${count} are there`);
  const wrong = sample.find(({ slug, sha256 }) => read.find((one) => one.slug === slug)?.sha256 !== sha256);
  if (wrong !== undefined) throw new Error(`${wrong.slug} was not published as it was sent`);
}

/** The digest of what was uploaded is in the log, and the bundle that was made of it can be read. */
async function readLoam({ admin, stack }: Loam, sample: readonly Payload[]): Promise<Published> {
  const { rows: counts } = await admin.query<{ events: string; versions: string }>(
    `SELECT (SELECT count(*) FROM registry.events WHERE type = 'registry.skill-published') AS events,
       (SELECT count(*) FROM registry.skill_versions) AS versions`,
  );
  const { events = '', versions = '' } = counts[0] ?? {};
  if (events !== versions) throw new Error(`${events} events and ${versions} rows`);
  const { rows } = await admin.query<{ slug: string; upload: string; stored: string }>(
    `SELECT data->>'slug' AS slug, data->>'uploadSha256' AS upload, data->>'sha256' AS stored
     FROM registry.events WHERE type = 'registry.skill-published' AND data->>'slug' = ANY ($1)`,
    [sample.map(({ slug }) => slug)],
  );
  const link = await HttpLink.open(stack.url);
  const headers = { authorization: `Bearer ${stack.token}` };
  for (const { slug, stored } of rows) {
    const answer = await link.ask(
      requestBytes('GET', `/v1/skills/${slug}/bundle.tar.gz?bytes=true`, headers),
    );
    if (sha256Of(answer.body) !== stored) throw new Error(`${slug} cannot be downloaded as it was stored`);
  }
  link.close();
  return { count: Number(events), read: rows.map(({ slug, upload }) => ({ slug, sha256: upload })) };
}

const loamCase = (clients: number, { folder, profile }: Setting, payloads: readonly Payload[]): Scenario => ({
  ...{ name: `loam, ${clients} clients`, role: 'ours', clients, openRate: clients === 1 ? 0 : OPEN_RATE },
  start: async () => {
    const home = join(folder, 'loam');
    await mkdir(home, { recursive: true, mode: 0o755 });
    const loam = await startLoam(home, { profile });
    const { stack, processes, observe, profiler } = loam;
    const stock = new Stock(payloads);
    await loam.admin.query('CHECKPOINT');
    return {
      ...{ processes, observe, ...(profiler && { profiler }) },
      open: () => httpWorker(stack.url, () => stock.next((payload) => publishRequest(stack.token, payload))),
      check: async (done) => requireSame(done, await readLoam(loam, stock.sample()), stock.sample()),
      stop: async () => {
        await loam.stop();
        await removeLoam(home);
      },
    };
  },
});

const verdaccioCase = (clients: number, { folder }: Setting, payloads: readonly Payload[]): Scenario => ({
  ...{ name: `verdaccio, ${clients} clients`, role: 'reference', clients },
  openRate: clients === 1 ? 0 : OPEN_RATE,
  start: async () => {
    const home = join(folder, `verdaccio-${Date.now()}`);
    const { url, token, pid, stop } = await startVerdaccio(home);
    const stock = new Stock(payloads);
    const headers = { authorization: `Bearer ${token}` };
    return {
      ...{ processes: { verdaccio: pid }, stop },
      open: () => httpWorker(url, () => stock.next((payload) => npmPublishRequest(token, url, payload))),
      check: async (done) => {
        const link = await HttpLink.open(url);
        const read = [];
        for (const { slug } of stock.sample()) {
          const answer = await link.ask(requestBytes('GET', `/${slug}/-/${slug}-1.0.0.tgz`, headers));
          read.push({ slug, sha256: sha256Of(answer.body) });
        }
        link.close();
        const folders = await readdir(join(home, 'storage'), { withFileTypes: true });
        const count = folders.filter((entry) => entry.isDirectory()).length;
        requireSame(done, { count, read }, stock.sample());
      },
    };
  },
});

/** The same bytes made durable, and nothing said of them: a file with its sync, its name, and the sync of its folder. */
const filesCase = (clients: number, { folder }: Setting, payloads: readonly Payload[]): Scenario => ({
  ...{ name: `synced files, ${clients} clients`, role: 'limit', clients, openRate: 0 },
  start: async () => {
    const home = join(folder, `files-${Date.now()}`);
    await mkdir(home, { recursive: true });
    const left = [...payloads];
    return {
      processes: { bench: process.pid },
      open: async () => ({
        perform: async () => {
          const { slug, bytes } = left.pop() ?? payloads[0] ?? { slug: '', bytes: '' };
          await writeFile(join(home, `${slug}.new`), bytes, { flush: true });
          await rename(join(home, `${slug}.new`), join(home, slug));
          const named = await open(home);
          await named.sync();
          await named.close();
        },
        close: async () => undefined,
      }),
      check: async () => undefined,
      stop: () => rm(home, { recursive: true }),
    };
  },
});

async function prepare(setting: Setting): Promise<Comparison> {
  const payloads = await makePayloads('publish', PAYLOADS);
  return {
    cases: [16, 1].flatMap((clients) => [
      loamCase(clients, setting, payloads),
      verdaccioCase(clients, setting, payloads),
      filesCase(clients, setting, payloads),
    ]),
    ratios: [
      { ...targets.publish, of: 'loam, 16 clients', to: 'verdaccio, 16 clients' },
      { ...targets.publishAlone, of: 'loam, 1 clients', to: 'verdaccio, 1 clients' },
    ],
    close: async () => undefined,
  };
}

export const registryPublish: Group = { name: 'registry-publish', sizes: ['full'], minutes: 2.8, prepare };
