import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type ContextManager,
  type Span,
  type SpanOptions,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  type Tracer,
} from '@opentelemetry/api';
import { randomHex } from '@loam/kernel';

/*
 * What keeps one trace id from the edge to the last consumer while nobody collects spans: some 100 lines instead of
 * the 20 MB per process that the OpenTelemetry SDK takes. Spans are made, named and ended by the same code in either
 * case; here they carry ids and are recorded nowhere.
 */

/** The active context follows asynchronous calls. */
export class FollowingContext implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.storage.run(active, () => fn.apply(thisArg, args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    return new Proxy(target, {
      apply: (inner, thisArg, args) =>
        this.storage.run(active, (): unknown => Reflect.apply(inner, thisArg, args)),
    });
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.storage.disable();
    return this;
  }
}

/** Gives spans their ids, and those of one trace the same trace id. */
export class UnrecordedTracer implements Tracer {
  startSpan(_name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
    const from = options.root === true ? undefined : trace.getSpanContext(parent);
    const spanId = randomHex(8);
    return trace.wrapSpanContext(
      from !== undefined && isSpanContextValid(from)
        ? { ...from, spanId, isRemote: false }
        : { traceId: randomHex(16), spanId, traceFlags: TraceFlags.NONE },
    );
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    parent: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => ReturnType<F>>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const [options, parent, fn] =
      rest.length === 1
        ? [{}, context.active(), rest[0]]
        : rest.length === 2
          ? [rest[0], context.active(), rest[1]]
          : rest;
    const span = this.startSpan(name, options, parent);
    return context.with(trace.setSpan(parent, span), () => fn(span));
  }
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The headers `traceparent` and `tracestate` (W3C Trace Context, version 00). */
export class W3CHeaders implements TextMapPropagator<unknown> {
  inject(active: Context, carrier: unknown, setter: TextMapSetter<unknown>): void {
    const span = trace.getSpanContext(active);
    if (span === undefined || !isSpanContextValid(span)) return;
    const flags = span.traceFlags.toString(16).padStart(2, '0');
    setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-${flags}`);
    const state = span.traceState?.serialize();
    if (state !== undefined && state !== '') setter.set(carrier, 'tracestate', state);
  }

  extract(active: Context, carrier: unknown, getter: TextMapGetter<unknown>): Context {
    const first = (key: string): string | undefined => [getter.get(carrier, key)].flat()[0];
    const [, traceId, spanId, flags] = TRACEPARENT.exec(first('traceparent')?.trim() ?? '') ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return active;
    const state = first('tracestate');
    const span = {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
      isRemote: true,
      ...(state === undefined ? {} : { traceState: createTraceState(state) }),
    };
    return isSpanContextValid(span) ? trace.setSpanContext(active, span) : active;
  }

  fields(): string[] {
    return ['traceparent', 'tracestate'];
  }
}
