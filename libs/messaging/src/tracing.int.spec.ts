import { Controller } from '@nestjs/common';
import { SpanKind, trace } from '@opentelemetry/api';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import type { Output } from '@loam/contracts/define';
import { eventually, testBroker } from '@loam/testing';
import { Bus } from './bus';
import type { Call } from './call';
import { OnRequest } from './decorators';
import { connectNats } from './link';
import { caller, Look, recordingLog, serve, signer, verifier } from './messaging.fixtures';
import { NatsTransport } from './nats-transport';

it('a request keeps one trace from the one who asks into the handler, and into what that writes', async () => {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    instrumentations: [],
    resourceDetectors: [],
  });
  sdk.start();
  const log = recordingLog();
  const broker = await testBroker();
  const link = await connectNats({ servers: broker.url, name: 'test', log });
  const calls: { call: Call; traceId: string | undefined }[] = [];

  @Controller()
  class LookController {
    @OnRequest(Look)
    async look(_: object, call: Call): Promise<Output<typeof Look>> {
      calls.push({ call, traceId: trace.getActiveSpan()?.spanContext().traceId });
      return { seen: 'a garden' };
    }
  }
  const stop = await serve(new NatsTransport({ link, service: 'registry', verifier, log }), LookController);
  const traceId = await trace.getTracer('test').startActiveSpan('at the door', async (span) => {
    await new Bus({ link, signer, log }).request(Look, {}, caller);
    span.end();
    return span.spanContext().traceId;
  });

  const spans = await eventually(() => {
    const finished = exporter.getFinishedSpans();
    expect(finished).toHaveLength(3);
    return finished;
  });
  expect(spans.map((span) => span.spanContext().traceId)).toEqual([traceId, traceId, traceId]);
  const named = (kind: SpanKind) => spans.find((span) => span.kind === kind);
  const [door, server, client] = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT].map(named);
  expect([client?.name, server?.name]).toEqual([
    'request registry.look-around',
    'request registry.look-around',
  ]);
  expect(client?.parentSpanContext?.spanId).toBe(door?.spanContext().spanId);
  expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
  expect(calls[0]?.traceId).toBe(traceId);
  expect(calls[0]?.call.context.traceparent).toContain(`${traceId}-${server?.spanContext().spanId}`);

  await stop();
  await link.drain();
  await broker.close();
  await sdk.shutdown();
});
