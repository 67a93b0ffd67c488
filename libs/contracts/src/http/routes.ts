import type { RouteDefinition } from '../define';
import * as bootstrap from './bootstrap';
import * as capture from './capture';
import * as capturer from './capturer';
import * as draftReview from './draft-review';
import * as decay from './decay';
import * as events from './events';
import * as gateway from './gateway';
import * as hive from './hive';
import * as invocations from './invocations';
import * as lifecycle from './lifecycle';
import * as plans from './plans';
import * as names from './names';
import * as projects from './projects';
import * as reading from './reading';
import * as receive from './receive';
import * as registry from './registry';
import * as resolve from './resolve';
import * as safety from './safety';
import * as search from './search';
import * as telemetry from './telemetry';
import * as transfer from './transfer';
import * as usage from './usage';
import * as webhooks from './webhooks';

const isRoute = (value: unknown): value is RouteDefinition =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'media' in value;

/** Every HTTP endpoint of Loam. */
export const routes: readonly RouteDefinition[] = [
  registry,
  receive,
  reading,
  resolve,
  safety,
  search,
  lifecycle,
  names,
  projects,
  plans,
  bootstrap,
  telemetry,
  usage,
  hive,
  events,
  invocations,
  decay,
  capture,
  capturer,
  draftReview,
  gateway,
  transfer,
  webhooks,
].flatMap((file) => Object.values(file).filter(isRoute));
