import { context, propagation, trace } from '@opentelemetry/api';
import { setTimeout as delay } from 'node:timers/promises';
import { FollowingContext, UnrecordedTracer, W3CHeaders } from './trace-context';
import { currentTraceId } from './tracing';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

beforeAll(() => {
  context.setGlobalContextManager(new FollowingContext());
  propagation.setGlobalPropagator(new W3CHeaders());
  trace.setGlobalTracerProvider({ getTracer: () => new UnrecordedTracer() });
});

const headersOf = (): Record<string, string> => {
  const headers = {};
  propagation.inject(context.active(), headers);
  return headers;
};

describe('a trace without a collector', () => {
  const tracer = trace.getTracer('test');

  it('keeps its id across awaits, timers and headers, with a new span id for each span', async () => {
    const extracted = propagation.extract(context.active(), { traceparent: PARENT, tracestate: 'a=1' });
    await context.with(extracted, () =>
      tracer.startActiveSpan('outer', async (outer) => {
        await delay(1);
        expect(currentTraceId()).toBe('0af7651916cd43dd8448eb211c80319c');
        const { spanId } = outer.spanContext();
        expect(headersOf()).toEqual({
          traceparent: `00-0af7651916cd43dd8448eb211c80319c-${spanId}-01`,
          tracestate: 'a=1',
        });
        tracer.startActiveSpan('inner', {}, (inner) => {
          expect(inner.spanContext().spanId).not.toBe(spanId);
          expect(inner.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
        });
      }),
    );
    expect(currentTraceId()).toBeUndefined();
  });

  it('begins where nothing came in, and two do not meet', async () => {
    const ids = await Promise.all(
      [1, 2].map(() =>
        tracer.startActiveSpan('root', async () => {
          await delay(1);
          return currentTraceId();
        }),
      ),
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('follows a function that is bound to it', () => {
    const bound = tracer.startActiveSpan('root', () => context.bind(context.active(), currentTraceId));
    expect(currentTraceId()).toBeUndefined();
    expect(bound()).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['', 'nonsense', '00-00000000000000000000000000000000-b7ad6b7169203331-01', PARENT.toUpperCase()])(
    'ignores the header %p',
    (traceparent) => {
      expect(trace.getSpanContext(propagation.extract(context.active(), { traceparent }))).toBeUndefined();
    },
  );
});
