import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { publishSkill } from '@loam/contracts/http/registry';
import { serviceNames } from '@loam/contracts/operations';
import { eventually } from '@loam/testing';
import { Caller } from './caller.fixtures';
import { ownStack } from './own-stack.fixtures';
import { bundleOf, skillMd } from './skills.fixtures';

jest.setTimeout(60_000);

const attributes = z.array(
  z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) }),
);

/** What an exporter sends by OTLP/HTTP as JSON, as far as this test looks. */
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: attributes.default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

interface Span {
  readonly service: string | undefined;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /** It is one of Postgres, with the text of its statement. */
  readonly hasStatement: boolean;
}

const spans: Span[] = [];
let collector: Server;
let stack: Awaited<ReturnType<typeof ownStack>>;

const spansOf = (body: unknown): Span[] =>
  exportSchema.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ attributes: its, ...span }) => ({
        ...span,
        service,
        hasStatement: its.some(({ key }) => key === 'db.query.text'),
      })),
    );
  });

beforeAll(async () => {
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      spans.push(...spansOf(body));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = z.object({ port: z.int() }).parse(collector.address());
  stack = await ownStack({
    restart: false,
    environment: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
});

afterAll(async () => {
  await stack.close();
  collector.close();
});

it('follows a publish under the trace of its client, from the edge to the last consumer and into Postgres', async () => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const bundle = await bundleOf({ 'SKILL.md': skillMd({ name: 'traced', description: 'Traced.' }) });
  await new Caller(stack.url, stack.token).call(publishSkill, {
    headers: { traceparent: `00-${traceId}-${spanId}-01` },
    body: { slug: 'traced', version: '1.0.0' },
    bundle,
  });
  await eventually(() => {
    const ours = spans.filter((span) => span.traceId === traceId);
    expect(new Set(ours.map(({ service }) => service))).toEqual(new Set(serviceNames));
    for (const service of ['registry', 'telemetry', 'decay'])
      expect(ours.filter((span) => span.service === service && span.hasStatement)).not.toEqual([]);
    // One tree: each span hangs on another one of the trace, and the first on the client's.
    const known = new Set([spanId, ...ours.map((span) => span.spanId)]);
    expect(ours.filter((span) => !known.has(span.parentSpanId ?? ''))).toEqual([]);
    expect(ours.filter((span) => span.parentSpanId === spanId)).toEqual([
      expect.objectContaining({ service: 'gateway', name: 'POST /v1/skills' }),
    ]);
  });
});
