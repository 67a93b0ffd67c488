import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { context, propagation, trace } from '@opentelemetry/api';
import { z } from 'zod';
import { Bus, connectNats, createIdentitySigner } from '@loam/messaging';
import { testBroker, testDatabase, testRedis } from '@loam/testing';
import { NoteText } from './sample-service.fixtures';
import { build, gatewayKeys, sampleEnvironment, ServiceProcess } from './service-process.fixtures';
import { FollowingContext, W3CHeaders } from './trace-context';

jest.setTimeout(60_000);

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
});
type Span = z.output<typeof spanSchema>;
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

/** What a collector is sent, as OTLP over HTTP in JSON. */
async function startCollector(): Promise<{ server: Server; url: string; spans: Span[] }> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      for (const { scopeSpans } of exportSchema.parse(body).resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `http://127.0.0.1:${String(address.port)}`, spans };
}

it('spans of a request and of its statements reach a collector as one tree under the span of the caller', async () => {
  context.setGlobalContextManager(new FollowingContext());
  propagation.setGlobalPropagator(new W3CHeaders());
  const [collector, database, nats, redis] = await Promise.all([
    startCollector(),
    testDatabase('decay'),
    testBroker(),
    testRedis(),
    build(),
  ]);
  const environment = {
    ...(await sampleEnvironment({ urls: database.urlsOf('decay'), nats: nats.url, redis: redis.url })),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    // Far away, so that it is the end of the process that sends them.
    OTEL_BSP_SCHEDULE_DELAY: '60000',
  };
  expect(await new ServiceProcess(environment, 'migrate').exit()).toBe(0);
  const service = new ServiceProcess(environment);
  await service.said('ready');

  const link = await connectNats({ servers: nats.url, name: 'spec', log: silent });
  const signer = createIdentitySigner({ service: 'gateway', privateKeyPem: gatewayKeys.privateKeyPem });
  const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const identity = {
    tenant: randomUUID(),
    actor: { type: 'token', id: 'spec' },
    scopes: ['skills:publish'],
  } as const;
  const answer = await context.with(trace.setSpanContext(context.active(), parent), () =>
    new Bus({ link, signer, log: silent }).request(
      NoteText,
      { text: 'traced' },
      { identity, correlationId: 'spec' },
    ),
  );
  expect(answer).toMatchObject({ ok: true, value: { traceId: parent.traceId } });
  await link.drain();
  service.child.kill('SIGTERM');
  expect(await service.exit()).toBe(0);

  const ours = collector.spans.filter((span) => span.traceId === parent.traceId);
  const served = ours.find((span) => span.name === 'request decay.note-text');
  expect(served?.parentSpanId).toBe(parent.spanId);
  const within = (span: Span): boolean => {
    if (span.spanId === served?.spanId) return true;
    const above = ours.find((other) => other.spanId === span.parentSpanId);
    return above !== undefined && within(above);
  };
  const statements = ours.filter((span) => span.name.startsWith('pg.query'));
  expect(statements.length).toBeGreaterThan(3);
  expect(statements.every(within)).toBe(true);
  await Promise.all([database.close(), nats.close(), redis.close()]);
  await new Promise((resolve) => collector.server.close(resolve));
});

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
