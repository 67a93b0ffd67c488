import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { reportEvents } from '@loam/contracts/http/events';
import { permits } from '@loam/contracts/scopes';
import { Refused } from '@loam/messaging';
import { Authenticator } from '../authenticator';
import { edgeOf, type Edge } from '../edge';
import { isUntracked } from '../untracked';
import { claimedTenants } from '../token.guard';
import { EventReports } from './event-reports';

/** The domain whose subdomains name tenants, if there is one. */
export class Domain {
  constructor(readonly name: string | undefined) {}
}

/**
 * The one route that Nest does not see, since reports of use are most of what comes: guard, parsing and answer are those
 * of any other, without what Nest does around them.
 */
@Injectable()
export class EventsDoor implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly reports: EventReports,
    private readonly domain: Domain,
  ) {}

  onModuleInit(): void {
    const { httpAdapter } = this.host;
    if (!(httpAdapter instanceof FastifyAdapter)) return;
    const server = httpAdapter.getInstance<FastifyInstance>();
    server.post(reportEvents.path, (request, reply) => this.answer(request, reply));
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const edge = edgeOf(request);
    const { authorization } = request.headers;
    const tenants = claimedTenants(request.headers, this.domain.name);
    const principal =
      this.authenticator.recall(authorization, tenants) ??
      (await this.authenticator.authenticate(authorization, tenants));
    if (!permits(principal.scopes, reportEvents.scope ?? 'telemetry:write'))
      throw new Refused({ code: 'forbidden', detail: 'This needs a token with the scope telemetry:write.' });
    edge.authenticated = principal;
    if (isUntracked(request.headers)) return this.decline(request.body, reply);
    return this.report(request.body, edge, reply);
  }

  /** As a report is answered, of which nothing is kept. */
  private decline(body: unknown, reply: FastifyReply): unknown {
    if (!Array.isArray(body)) void reply.code(202);
    return this.reports.decline(Array.isArray(body) ? body : [body]);
  }

  private report(body: unknown, edge: Edge, reply: FastifyReply): Promise<unknown> {
    return Array.isArray(body)
      ? context.with(edge.trace, () => this.reports.reportAll(body, edge))
      : this.reports.reportOne(body, edge).then((results) => {
          void reply.code(202);
          return results;
        });
  }
}
