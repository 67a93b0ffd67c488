import {
  context,
  propagation,
  type Context,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';
import type { MsgHdrs } from 'nats';

/** The names of our headers; docs/headers.md says who writes and who reads each. */
export const IDENTITY = 'loam-identity';
export const DEADLINE = 'loam-deadline';
export const CORRELATION = 'loam-correlation';
export const CAUSATION = 'loam-causation';
export const REASON = 'loam-reason';
export const STACK = 'loam-stack';
export const ATTEMPTS = 'loam-attempts';
export const FAILED_AT = 'loam-failed-at';
export const TENANT = 'loam-tenant';
export const ORIGIN_SUBJECT = 'loam-origin-subject';
export const ORIGIN_STREAM = 'loam-origin-stream';
export const ORIGIN_SEQUENCE = 'loam-origin-sequence';
export const TRACEPARENT = 'traceparent';

const setter: TextMapSetter<MsgHdrs> = {
  set: (headers, key, value) => {
    headers.set(key, value);
  },
};

const getter: TextMapGetter<MsgHdrs> = {
  keys: (headers) => headers.keys(),
  get: (headers, key) => readHeader(headers, key) ?? undefined,
};

/** The value of a header, `null` where it is missing or empty. */
export function readHeader(headers: MsgHdrs | undefined, key: string): string | null {
  const value = headers?.get(key);
  return value === undefined || value === '' ? null : value;
}

/** Writes the active trace context. */
export const injectTrace = (headers: MsgHdrs): void => {
  propagation.inject(context.active(), headers, setter);
};

/** The trace context that a message carries. */
export const extractTrace = (headers: MsgHdrs | undefined): Context =>
  headers === undefined ? context.active() : propagation.extract(context.active(), headers, getter);

/** The active trace context as the value of a `traceparent` header. */
export function currentTraceparent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[TRACEPARENT] ?? null;
}
