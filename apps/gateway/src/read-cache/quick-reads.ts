import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { propagation, context, SpanKind, trace } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteDefinition } from '@loam/contracts/define';
import { listChannels } from '@loam/contracts/http/lifecycle';
import * as reading from '@loam/contracts/http/reading';
import * as registry from '@loam/contracts/http/registry';
import { permits, type Scope } from '@loam/contracts/scopes';
import { routes } from '@loam/contracts/http/routes';
import { tracesAreCollected, type Metrics } from '@loam/service';
import { findEdge, type Edge } from '../edge';
import { urlOf } from '../route';
import type { ServedUses } from '../served-uses';
import { bytesOf, keptAnswer, sendKept, type KeptAnswer } from './kept-answer';
import type { ReadCache } from './read-cache';

/**
 * Reads of one item that tell nothing but what registry's events tell of. What comes of other facts as well (how often
 * something is used, what a search finds, what others require) is asked for each time.
 */
const kept: readonly RouteDefinition[] = [
  ...[registry.getSkill, registry.listVersions, registry.getSkillMd, registry.downloadBundle, listChannels],
  ...[reading.readBundle, reading.downloadZip, reading.listFiles, reading.readFile, reading.diffVersions],
  ...[reading.listBundleFiles, reading.readBundleFile, reading.getChangelog],
];
const scopeOfKept = new Map(kept.map((route) => [urlOf(route), route.scope ?? undefined]));

/** Changes nothing of the catalog, and comes often. */
const REPORTS: readonly (Scope | null)[] = ['telemetry:write', 'capture:write'];
const scopeOfWrites = new Map(
  routes
    .filter(({ method }) => method !== 'GET')
    .map((route) => [`${route.method} ${urlOf(route)}`, route.scope]),
);

/** Redirects carry addresses that are good for long after the answer is forgotten. */
const KEPT_STATUS = [200, 307];

const isWhole = ({ method, headers }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  method === 'GET' && headers.range === undefined && KEPT_STATUS.includes(statusCode);

const isBody = (payload: unknown): payload is string | Uint8Array =>
  typeof payload === 'string' || payload instanceof Uint8Array;

interface QuickReadsOptions {
  readonly cache: ReadCache<KeptAnswer>;
  /** Who asks, if that is known without asking anybody. */
  readonly recall: (headers: IncomingHttpHeaders) => Edge['authenticated'];
  readonly uses: Pick<ServedUses, 'count'>;
}

/** Answers reads from memory, ahead of everything else that a request goes through. */
export class QuickReads {
  constructor(private readonly options: QuickReadsOptions) {}

  /**
   * Answers as it was answered before, if nothing has happened since; the use of it is recorded as ever.
   * @returns false where it has to be asked for
   */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    { messages }: Pick<Metrics, 'messages'>,
  ): boolean {
    const { headers, method, url = '' } = request;
    if (method !== 'GET' || headers.range !== undefined) return false;
    const { cache, recall, uses } = this.options;
    const principal = recall(headers);
    if (principal === undefined) return false;
    const found = cache.get(principal.tenantId, url);
    if (found === undefined || !permits(principal.scopes, found.scope)) return false;
    const status = sendKept(found, headers['if-none-match'], response);
    if (found.use !== undefined && status !== 304) uses.count(principal.tenantId, found.use);
    messages.handled('request', found.route, String(status), 0);
    if (tracesAreCollected) traceHit(headers, found.route, status);
    return true;
  }

  /** Keeps a good answer that has just been made, if nothing has happened since it was asked for. */
  keep(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const url = request.routeOptions.url ?? '';
    const scope = isWhole(request, reply) ? scopeOfKept.get(url) : undefined;
    const { authenticated, asked, use } = findEdge(request) ?? {};
    const body = payload ?? '';
    if (scope === undefined || authenticated === undefined || asked === undefined || !isBody(body)) return;
    const value = keptAnswer({
      ...{ status: reply.statusCode, headers: reply.getHeaders(), body, scope, use },
      route: `GET ${url}`,
    });
    const answer = { value, bytes: bytesOf(value) };
    this.options.cache.keep(authenticated.tenantId, request.raw.url ?? '', asked, answer);
  }

  /** Before a change is answered, what was known before it is forgotten, so that who made it reads it. */
  noticeWrite(request: FastifyRequest): void {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const principal = findEdge(request)?.authenticated;
    const scope = scopeOfWrites.get(`${request.method} ${request.routeOptions.url ?? ''}`);
    if (principal === undefined || scope === undefined || REPORTS.includes(scope)) return;
    if (scope === 'platform:admin') this.options.cache.forgetAll();
    else this.options.cache.forget(principal.tenantId);
  }
}

function traceHit(headers: IncomingHttpHeaders, route: string, status: number): void {
  const from = propagation.extract(context.active(), headers);
  const span = trace.getTracer('@loam/gateway').startSpan(route, { kind: SpanKind.SERVER }, from);
  span.setAttribute('http.response.status_code', status).setAttribute('loam.from_memory', true).end();
}
