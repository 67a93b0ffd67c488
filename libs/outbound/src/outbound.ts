import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { isAllowed, mayAsk, type AllowList } from './allow-list';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

interface OutboundOptions {
  readonly allow: AllowList;
  /** By default the resolver of the machine. */
  readonly resolve?: Resolve;
  /** How long all of it may take, redirects and body included, in ms. */
  readonly timeoutMs?: number;
  /** The largest body that is taken, in bytes. */
  readonly maxBytes?: number;
}

interface FetchOptions {
  /** Of the copy that is there already; then the answer may be that nothing changed. */
  readonly etag?: string | null;
  /** What is asked for. */
  readonly accept: string;
}

/** What came of fetching an address. `failed` says why in words for the person who gave the address. */
export type Fetched =
  | {
      readonly outcome: 'fetched';
      readonly bytes: Buffer;
      readonly contentType: string;
      readonly etag: string | null;
    }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** What came of sending to an address. `failed` says why in words for the person who gave the address. */
export type Sent =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** The first characters of the answer. */
      readonly beginning: string;
    }
  | { readonly outcome: 'failed'; readonly reason: string };

const MOST_REDIRECTS = 5;
/** Of an answer to what was sent, in bytes. */
const BEGINNING = 256;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 5 * 1024 * 1024;
/** An entity tag that we are willing to keep and send back. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,250}"$/;

/** Why an address is not fetched, or not to its end. */
class NotFetched extends Error {}

const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(new NotFetched(`The name ${host} is not known.`));
    });
  });

interface Place {
  readonly url: URL;
  readonly address: LookupAddress;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/**
 * Fetches addresses that users give, from this server, without letting them reach what only this server can reach.
 * https only; the name is resolved once, every address of it must be public, and the connection goes to the very
 * address that was checked; each redirect is judged anew. Nothing is sent that could tell who asks.
 */
export class Outbound {
  constructor(private readonly options: OutboundOptions) {}

  /** Never rejects for what the other side does. */
  async fetch(address: string, { etag = null, accept }: FetchOptions): Promise<Fetched> {
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    const headers = {
      ...{ accept, 'accept-encoding': 'identity', 'user-agent': 'loam' },
      ...(etag !== null && ETAG.test(etag) ? { 'if-none-match': etag } : {}),
    };
    try {
      return await within(signal, this.follow(address, headers, signal));
    } catch (error) {
      return { outcome: 'failed', reason: reasonOf(error, signal) };
    }
  }

  /** Why the address may not be asked at present; null where it may. */
  async refusal(address: string): Promise<string | null> {
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    return within(signal, this.locate(address)).then(
      () => null,
      (error: unknown) => reasonOf(error, signal),
    );
  }

  /** Sends a body by POST. A redirect is an answer like any other. Never rejects for what the other side does. */
  async send(address: string, headers: Record<string, string>, body: string): Promise<Sent> {
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    try {
      return await within(signal, this.post(address, headers, body, signal));
    } catch (error) {
      return { outcome: 'failed', reason: reasonOf(error, signal) };
    }
  }

  private async post(
    address: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<Sent> {
    const place = await this.locate(address);
    const dispatcher = pinnedTo(place);
    try {
      const all = { 'user-agent': 'loam', ...headers };
      const answer = await request(place.url, { method: 'POST', dispatcher, headers: all, body, signal });
      return { outcome: 'answered', status: answer.statusCode, beginning: await beginningOf(answer.body) };
    } finally {
      await dispatcher.destroy();
    }
  }

  private async follow(
    address: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Fetched> {
    let next = address;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const place = await this.locate(next);
      const dispatcher = pinnedTo(place);
      try {
        const answer = await request(place.url, { dispatcher, headers, signal });
        const location = REDIRECTS.includes(answer.statusCode) ? textOf(answer.headers['location']) : '';
        if (location === '') return await this.take(answer);
        next = new URL(location, place.url).href;
      } finally {
        await dispatcher.destroy();
      }
    }
    throw new NotFetched(`There are more than ${MOST_REDIRECTS} redirects.`);
  }

  /** Where the address leads, if we may go there. */
  private async locate(text: string): Promise<Place> {
    if (!URL.canParse(text)) throw new NotFetched('That is no address.');
    const url = new URL(text);
    if (url.username !== '' || url.password !== '')
      throw new NotFetched('An address may hold no credentials.');
    if (!['https:', 'http:'].includes(url.protocol)) throw new NotFetched('Only https is fetched.');
    return { url, address: await this.judge(url) };
  }

  private async judge({ hostname, protocol }: URL): Promise<LookupAddress> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses = await this.addressesOf(host);
    const [first] = addresses;
    if (first === undefined) throw new NotFetched(`The name ${host} is not known.`);
    const { allow } = this.options;
    // One address that is not public spoils the name: what it leads to must not depend on which is tried first.
    if (!addresses.every(({ address }) => mayAsk(allow, host, address)))
      throw new NotFetched(`${host} is not on the public internet.`);
    if (protocol === 'http:' && !addresses.every(({ address }) => isAllowed(allow, host, address)))
      throw new NotFetched('Only https is fetched.');
    return first;
  }

  private async addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const family = isIP(host);
    return family === 0 ? (this.options.resolve ?? resolveBySystem)(host) : [{ address: host, family }];
  }

  private async take({ statusCode, headers, body }: Answer): Promise<Fetched> {
    if (statusCode === 304) return { outcome: 'unchanged' };
    if (statusCode !== 200) throw new NotFetched(`The server answered ${statusCode}.`);
    if (!['', 'identity'].includes(textOf(headers['content-encoding'])))
      throw new NotFetched('The server compressed what it was asked to send as it is.');
    const etag = textOf(headers['etag']);
    return {
      outcome: 'fetched',
      bytes: await this.read(body, Number(textOf(headers['content-length']))),
      contentType: textOf(headers['content-type']),
      etag: ETAG.test(etag) ? etag : null,
    };
  }

  /** Stops at the limit, whatever the server said about the length. */
  private async read(body: Readable, announced: number): Promise<Buffer> {
    const most = this.options.maxBytes ?? MAX_BYTES;
    const tooLarge = new NotFetched(`It is larger than ${most} bytes.`);
    if (announced > most) throw tooLarge;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) throw new Error('a body comes as bytes');
      length += chunk.length;
      if (length > most) throw tooLarge;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

/** What an answer says first; what follows is not read. */
async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a body comes as bytes');
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BEGINNING) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, BEGINNING);
}

/** Connects to the address that was checked and to no other, whatever the name resolves to by now. */
const pinnedTo = ({ address }: Place): Agent =>
  new Agent({
    pipelining: 0,
    maxHeaderSize: 16_384,
    connect: {
      lookup: (_host, options, done) => {
        if (options.all === true) done(null, [address]);
        else done(null, address.address, address.family);
      },
    },
  });

/** A resolver cannot be interrupted, but nobody has to wait for it. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new NotFetched('late')), { once: true });
  });
  return Promise.race([work, over]);
}

const textOf = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? (header[0] ?? '') : (header ?? '')).trim();

/** The codes of the socket and of TLS say what a person needs to know, and nothing of our network. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'It took too long.';
  if (error instanceof NotFetched) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return `The connection failed${code === '' ? '' : ` (${code})`}.`;
}
