import type { EventDefinition, RequestDefinition } from './define';
import * as capturer from './capturer';
import * as decay from './decay';
import * as gateway from './gateway';
import { operations } from './operations';
import * as registry from './registry';
import * as telemetry from './telemetry';

const hasKind = (value: unknown): value is { kind: unknown } =>
  typeof value === 'object' && value !== null && 'kind' in value && 'subject' in value;
const isEvent = (value: unknown): value is EventDefinition => hasKind(value) && value.kind === 'event';
const isRequest = (value: unknown): value is RequestDefinition => hasKind(value) && value.kind !== 'event';

const declared: unknown[] = [registry, telemetry, decay, capturer, gateway].flatMap((file) =>
  Object.values(file),
);

/** Every event that crosses a process. */
export const events: readonly EventDefinition[] = declared.filter(isEvent);

/** Every command, query and operator's call between processes. */
export const requests: readonly RequestDefinition[] = [
  ...declared.filter(isRequest),
  ...Object.values(operations).flatMap((calls) => Object.values(calls).filter(isRequest)),
];
