import type { EventDefinition, RequestDefinition } from './define';
import * as hive from './hive';
import * as bootstrap from './bootstrap';
import * as capture from './capture';
import * as capturer from './capturer';
import * as decay from './decay';
import * as draftReview from './draft-review';
import * as gateway from './gateway';
import * as names from './names';
import { operations } from './operations';
import * as plans from './plans';
import * as projects from './projects';
import * as reading from './reading';
import * as registry from './registry';
import * as resolve from './resolve';
import * as safety from './safety';
import * as search from './search';
import * as telemetry from './telemetry';
import * as transfer from './transfer';
import * as usage from './usage';
import * as webhooks from './webhooks';

const hasKind = (value: unknown): value is { kind: unknown } =>
  typeof value === 'object' && value !== null && 'kind' in value && 'subject' in value;
const isEvent = (value: unknown): value is EventDefinition => hasKind(value) && value.kind === 'event';
const isRequest = (value: unknown): value is RequestDefinition => hasKind(value) && value.kind !== 'event';

const files: readonly Readonly<Record<string, unknown>>[] = [
  registry,
  reading,
  resolve,
  safety,
  search,
  projects,
  plans,
  bootstrap,
  telemetry,
  usage,
  hive,
  decay,
  capture,
  capturer,
  draftReview,
  gateway,
  names,
  transfer,
  webhooks,
];
const declared: unknown[] = files.flatMap((file) => Object.values(file));

/** Every event that crosses a process, by the name of its constant, by which sources speak of it. */
export const eventConstants: ReadonlyMap<string, EventDefinition> = new Map(
  files
    .flatMap((file) => Object.entries(file))
    .flatMap(([constant, value]): [string, EventDefinition][] => (isEvent(value) ? [[constant, value]] : [])),
);

/** Every event that crosses a process. */
export const events: readonly EventDefinition[] = [...eventConstants.values()];

/** Every command, query and operator's call between processes. */
export const requests: readonly RequestDefinition[] = [
  ...declared.filter(isRequest),
  ...Object.values(operations).flatMap((calls) => Object.values(calls).filter(isRequest)),
];
