import type { RouteDefinition } from '../define';
import * as capturer from './capturer';
import * as decay from './decay';
import * as gateway from './gateway';
import * as lifecycle from './lifecycle';
import * as reading from './reading';
import * as registry from './registry';
import * as telemetry from './telemetry';

const isRoute = (value: unknown): value is RouteDefinition =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'media' in value;

/** Every HTTP endpoint of Loam. */
export const routes: readonly RouteDefinition[] = [
  registry,
  reading,
  lifecycle,
  telemetry,
  decay,
  capturer,
  gateway,
].flatMap((file) => Object.values(file).filter(isRoute));
