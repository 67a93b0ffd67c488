import type { S3 } from '@aws-sdk/client-s3';
import { BlobsUnavailable } from './blob-errors';

/** How to reach a bucket; without a key pair, the SDK's own sources of credentials are asked. */
export interface S3Config {
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly forcePathStyle: boolean;
  readonly prefix: string;
}

const CONNECT_MS = 1000;
/** Until the answer begins, and while an upload stands still: an outage must be told within 2 s. */
const SILENCE_MS = 1800;
/** While an answer is read, which waits for the reader too. */
const SLOW_READER_MS = 60_000;
const MAX_SOCKETS = 256;

const DISCONNECTED = new Set(['ECONNRESET', 'EPIPE']);
const UNREACHABLE = new Set([
  ...DISCONNECTED,
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The fields by which errors of the SDK and of Node's sockets can be told apart. */
function fieldsOf(error: unknown): { name?: unknown; code?: unknown; status?: unknown } {
  if (typeof error !== 'object' || error === null) return {};
  const { name, code, $metadata }: { name?: unknown; code?: unknown; $metadata?: unknown } = error;
  const status =
    typeof $metadata === 'object' && $metadata !== null && 'httpStatusCode' in $metadata
      ? $metadata.httpStatusCode
      : undefined;
  return { name, code, status };
}

const hasCode = (codes: ReadonlySet<string>, error: unknown): boolean => {
  const { code } = fieldsOf(error);
  return typeof code === 'string' && codes.has(code);
};

/** Whether the object, not the bucket, is what is missing; a HEAD request's answer cannot tell. */
export const isMissing = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes(String(fieldsOf(error).name));

/** The error as callers of the store know it: an outage, or whatever it was. */
export function s3Fault(error: unknown): unknown {
  if (error instanceof BlobsUnavailable) return error;
  const { name, status } = fieldsOf(error);
  const refused = typeof status === 'number' && (status >= 500 || status === 429);
  const away = refused || name === 'TimeoutError' || hasCode(UNREACHABLE, error);
  return away ? new BlobsUnavailable('unreachable', error) : error;
}

/** Repeats a request that met an idle connection that the server had closed; tells an outage as such. */
const onceMore =
  <Request, Response>(next: (request: Request) => Promise<Response>) =>
  async (request: Request): Promise<Response> => {
    try {
      return await next(request).catch((error: unknown) => {
        if (hasCode(DISCONNECTED, error)) return next(request);
        throw error;
      });
    } catch (error) {
      throw s3Fault(error);
    }
  };

interface Clients {
  readonly reads: S3;
  readonly writes: S3;
}

/** Two clients, because an upload may take long to be answered, and a download to be read. */
async function makeClients(config: S3Config): Promise<Clients> {
  const { S3: Client } = await import('@aws-sdk/client-s3');
  const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey } = config;
  const make = (timeouts: { requestTimeout?: number; socketTimeout: number }): S3 => {
    const client = new Client({
      region,
      forcePathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
      // Ceph does not understand the trailing checksums that the SDK would add to uploads.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // A server that is silent or overloaded is not asked twice: both answers would not fit into 2 s.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: MAX_SOCKETS },
        httpsAgent: { maxSockets: MAX_SOCKETS },
        ...timeouts,
      },
    });
    client.middlewareStack.addRelativeTo(onceMore, {
      relation: 'after',
      toMiddleware: 'retryMiddleware',
      name: 'onceMore',
    });
    return client;
  };
  return {
    reads: make({ requestTimeout: SILENCE_MS, socketTimeout: SLOW_READER_MS }),
    writes: make({ socketTimeout: SILENCE_MS }),
  };
}

/** Makes the clients when they are first asked for, because the SDK takes memory that not every process can spare. */
export function s3Clients(config: S3Config): () => Promise<Clients> {
  let clients: Promise<Clients> | undefined;
  return () => (clients ??= makeClients(config));
}
