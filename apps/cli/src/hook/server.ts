import type { Connection } from '../remote/request';

/** The server did not take it now; later it may. */
export class NotTaken extends Error {
  constructor(
    message: string,
    /** How long the server asks to wait, in ms. */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** An answer that asking again would not change. */
export interface Settled {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;
/** No answer to the request itself: the token, the address or the server has to change first. */
const passes = (status: number): boolean => status >= 500 || [401, 403, 404, 408, 429].includes(status);

const waitOf = (response: Response): number => (Number(response.headers.get('retry-after')) || 0) * 1000;

interface Given {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

/** @throws NotTaken where the request should be sent again later */
export async function tell(to: Connection, { method, path, type, body }: Given): Promise<Settled> {
  const headers = {
    ...{ 'content-type': type, accept: 'application/json, application/problem+json' },
    ...(to.token === undefined ? {} : { authorization: `Bearer ${to.token}` }),
    ...(to.tenant === undefined ? {} : { 'x-loam-tenant': to.tenant }),
  };
  const url = `${to.url.replace(/\/+$/, '')}${path}`;
  // A token goes to the address that was configured, and nowhere that address may send us.
  const sent = fetch(url, {
    ...{ method, headers, body, redirect: 'manual' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const response = await sent.catch(() => {
    throw new NotTaken(`${to.url} does not answer`);
  });
  const { ok, status } = response;
  const text = await response.text().catch(() => {
    throw new NotTaken(`${to.url} broke off its answer`);
  });
  if (passes(status) || (status >= 300 && status < 400))
    throw new NotTaken(`${path} was answered with ${String(status)}`, waitOf(response));
  return { ok, status, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
