import type { RouteDefinition } from '@loam/contracts/define';
import { usageFailure } from '../failure';

/** Where requests go, and on whose behalf. */
export interface Connection {
  readonly url: string;
  readonly tenant?: string | undefined;
  readonly token?: string | undefined;
}

/** The parts of a request, before the types of its route are looked at. */
export interface Loose {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
  /** Besides those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What streams as it is to a route that takes no JSON. */
  readonly upload?: AsyncIterable<Uint8Array>;
  /** The file of a multipart request. */
  readonly bundle?: Uint8Array;
}

interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | FormData | ReadableStream;
  readonly duplex?: 'half';
}

const entriesOf = (object: object = {}): [string, string][] =>
  Object.entries(object).flatMap(([name, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, String(value)]]
      : [],
  );

function pathOf({ path, id }: RouteDefinition, params: object | undefined): string {
  const values = new Map(entriesOf(params));
  return path.replace(/\{\+?(\w+)\}/g, (_, name: string) => {
    const value = values.get(name) ?? '';
    // A URL has no way to write these as a part of its path.
    if (['', '.', '..'].includes(value)) throw usageFailure(`"${value}" is not a ${name} for ${id}.`);
    return encodeURIComponent(value);
  });
}

function bodyOf({ multipart }: RouteDefinition, { body, bundle }: Loose): string | FormData | undefined {
  if (body === undefined) return undefined;
  const json = JSON.stringify(body);
  if (!multipart) return json;
  const form = new FormData();
  // As text: with a file name, which a Blob always gets, it would count as a file.
  form.append('metadata', json);
  form.append('bundle', new Blob([bundle ?? ''], { type: 'application/octet-stream' }), 'bundle.tar.gz');
  return form;
}

/** The HTTP request that calls a route. */
export function requestOf(route: RouteDefinition, given: Loose, connection: Connection): HttpRequest {
  const query = new URLSearchParams(entriesOf(given.query)).toString();
  const body = bodyOf(route, given);
  return {
    url: `${connection.url.replace(/\/+$/, '')}${pathOf(route, given.params)}${query === '' ? '' : `?${query}`}`,
    method: route.method,
    headers: {
      accept: `${route.media ?? 'application/json'}, application/problem+json`,
      ...(connection.token === undefined ? {} : { authorization: `Bearer ${connection.token}` }),
      ...(connection.tenant === undefined ? {} : { 'x-loam-tenant': connection.tenant }),
      ...(route.upload === null ? {} : { 'content-type': route.upload }),
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      ...given.headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(given.upload === undefined
      ? {}
      : { body: ReadableStream.from(given.upload), duplex: 'half' as const }),
  };
}
