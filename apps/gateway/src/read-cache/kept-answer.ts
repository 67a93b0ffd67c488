import type { ServerResponse } from 'node:http';
import type { Scope } from '@loam/contracts/scopes';
import { isKnown } from '../entity-tag';
import type { ServedUse } from '../served-use';

type Headers = Readonly<Record<string, string | number | string[] | undefined>>;

/** An answer as it left, ready to leave again. */
export interface KeptAnswer {
  readonly status: number;
  /** Names and values in turn, as Node writes them fastest. */
  readonly headers: readonly string[];
  /** Those that go with a 304. */
  readonly headersWithoutBody: readonly string[];
  readonly body: string | Uint8Array;
  readonly etag: string | undefined;
  /** What a caller needs to be given it. */
  readonly scope: Scope;
  /** What is counted each time it leaves whole. */
  readonly use: ServedUse | undefined;
  /** Under which it is counted as a request. */
  readonly route: string;
}

/** Of the connection or the moment, and not of the answer. */
const PASSING = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);
const OF_THE_BODY = new Set(['content-type', 'content-length', 'content-disposition']);

/** The headers that describe the answer, as names and values in turn. */
function headerList(headers: Headers, body: string | Uint8Array, without?: Set<string>): string[] {
  const all = { ...headers, 'content-length': Buffer.byteLength(body) };
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined || PASSING.has(name) || without?.has(name)
      ? []
      : [value].flat().flatMap((one) => [name, String(one)]),
  );
}

/** Keeps what is needed to answer so once more. */
export const keptAnswer = ({
  headers,
  ...answer
}: Omit<KeptAnswer, 'headers' | 'headersWithoutBody' | 'etag'> & {
  readonly headers: Headers;
}): KeptAnswer => ({
  ...answer,
  etag: typeof headers['etag'] === 'string' ? headers['etag'] : undefined,
  headers: headerList(headers, answer.body),
  headersWithoutBody: headerList(headers, answer.body, OF_THE_BODY),
});

/** What an answer takes in memory, roughly. */
export const bytesOf = ({ headers, body }: KeptAnswer): number =>
  headers.reduce((sum, text) => sum + text.length, 500) * 2 + Buffer.byteLength(body);

/** Sends the answer, or 304 to a client that has it; says with which status. */
export function sendKept(
  kept: KeptAnswer,
  ifNoneMatch: string | undefined,
  response: ServerResponse,
): number {
  if (kept.status === 200 && kept.etag !== undefined && isKnown(ifNoneMatch, kept.etag)) {
    response.writeHead(304, [...kept.headersWithoutBody]).end();
    return 304;
  }
  response.writeHead(kept.status, [...kept.headers]).end(kept.body);
  return kept.status;
}
