import { headers as newHeaders, type JsMsg, type MsgHdrs } from 'nats';
import { z } from 'zod';
import type { ServiceName } from '@loam/contracts/operations';
import {
  ATTEMPTS,
  FAILED_AT,
  ORIGIN_SEQUENCE,
  ORIGIN_STREAM,
  ORIGIN_SUBJECT,
  REASON,
  STACK,
  TENANT,
} from './headers';
import type { NatsLink } from './link';
import { deadLetterSubject } from './names';
import { ensureDeadLetterStream } from './streams';

const MOST_REASON = 2000;
const MOST_STACK = 8000;

/** Headers hold no line breaks; as JSON, a text has none. */
const quoted = (text: string, most: number): string => JSON.stringify(text.slice(0, most));

const tenantSchema = z.object({ tenant: z.uuid() });

function tenantOf(data: Uint8Array): string {
  try {
    return tenantSchema.parse(JSON.parse(Buffer.from(data).toString('utf8'))).tenant;
  } catch {
    return '';
  }
}

export interface Burial {
  readonly service: ServiceName;
  readonly slice: string;
  readonly error: unknown;
  readonly attempts: number;
}

function headersOf(message: JsMsg, { error, attempts }: Burial): MsgHdrs {
  const headers = newHeaders();
  // The broker's own headers would be obeyed again: a copied message id, for one, makes the letter a duplicate.
  for (const [key, values] of message.headers ?? [])
    if (!key.startsWith('Nats-')) for (const value of values) headers.append(key, value);
  const cause = error instanceof Error ? error : new Error(String(error));
  headers.set(REASON, quoted(`${cause.name}: ${cause.message}`, MOST_REASON));
  headers.set(STACK, quoted(cause.stack ?? '', MOST_STACK));
  headers.set(ATTEMPTS, String(attempts));
  headers.set(FAILED_AT, new Date().toISOString());
  headers.set(TENANT, tenantOf(message.data));
  headers.set(ORIGIN_SUBJECT, message.subject);
  headers.set(ORIGIN_STREAM, message.info.stream);
  headers.set(ORIGIN_SEQUENCE, String(message.seq));
  return headers;
}

/** Puts a message that is given up on into the stream of dead letters; rejects when it is not stored there. */
export async function bury(link: NatsLink, message: JsMsg, burial: Burial): Promise<void> {
  const { service, slice } = burial;
  await ensureDeadLetterStream(await link.jetStreamManager());
  const { stream, streamSequence, timestampNanos } = message.info;
  await link.jetStream().publish(deadLetterSubject(service, slice), message.data, {
    headers: headersOf(message, burial),
    // Tried again after a lost acknowledgement, it is still one letter.
    msgID: [service, slice, stream, streamSequence, timestampNanos].join(' '),
  });
}
