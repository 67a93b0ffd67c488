import { createRequire } from 'node:module';
import { context, propagation, trace } from '@opentelemetry/api';
import { FollowingContext, UnrecordedTracer, W3CHeaders } from './trace-context';

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'none';

/** The standard variables say where spans go; without them they go nowhere. */
const { env } = process;
const collected =
  env['OTEL_SDK_DISABLED'] !== 'true' &&
  env['OTEL_TRACES_EXPORTER'] !== 'none' &&
  [
    env['OTEL_TRACES_EXPORTER'],
    env['OTEL_EXPORTER_OTLP_ENDPOINT'],
    env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
  ].some(isSet);

/** Whether anybody collects spans; where not, they only carry ids. */
export const tracesAreCollected = collected;

const load = createRequire(__filename);
/** The clients that are hooked when they are loaded; a module loaded before this one would stay silent. */
const loadedTooEarly = ['pg', 'ioredis'].filter((name) => Object.hasOwn(load.cache, load.resolve(name)));
// At once and not in `startTracing`, since the very next import may load a client.
if (collected) load('./instrumentations');

/** What ends tracing: sends what is still held, within the exporter's own time-out. */
export type StopTracing = () => Promise<void>;

/**
 * Makes trace contexts follow asynchronous calls and travel in W3C headers. Where the standard `OTEL_…` variables
 * name a collector, spans are sent to it, those of Postgres and Redis included; elsewhere they only carry their ids,
 * which is what logs and problem documents show.
 *
 * @throws Error when a hooked client was loaded before this library
 */
export async function startTracing(service: string): Promise<StopTracing> {
  if (loadedTooEarly.length > 0)
    throw new Error(`import @loam/service before ${loadedTooEarly.join(', ')}, or their spans are lost`);
  if (!collected) {
    context.setGlobalContextManager(new FollowingContext());
    propagation.setGlobalPropagator(new W3CHeaders());
    const tracer = new UnrecordedTracer();
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
    return () => Promise.resolve();
  }
  const [{ NodeSDK }, { instrumentations }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('./instrumentations.js'),
  ]);
  const sdk = new NodeSDK({
    serviceName: env['OTEL_SERVICE_NAME'] ?? service,
    instrumentations,
    // Metrics are scraped and logs go to stdout.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return () => sdk.shutdown();
}

/** The trace that the running code belongs to: 32 hexadecimal digits, or none outside of any. */
export const currentTraceId = (): string | undefined => {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === undefined || /^0+$/.test(traceId) ? undefined : traceId;
};
