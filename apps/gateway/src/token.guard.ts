import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { RouteDefinition } from '@loam/contracts/define';
import { permits } from '@loam/contracts/scopes';
import { Refused } from '@loam/messaging';
import { Authenticator } from './authenticator';
import { edgeOf } from './edge';
import { ROUTE } from './route';

const TENANT_HEADERS = ['x-loam-tenant', 'x-skill-pool-tenant'];

/** Names every tenant that the request claims to be for, besides the token's own. */
export function claimedTenants(headers: FastifyRequest['headers'], domain: string | undefined): string[] {
  const named = TENANT_HEADERS.flatMap((header) => [headers[header] ?? []].flat());
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const suffix = `.${domain ?? ''}`;
  const label = domain !== undefined && host.endsWith(suffix) ? [host.slice(0, -suffix.length)] : [];
  return [...named, ...label].map((tenant) => tenant.trim().toLowerCase());
}

/** Lets through who has a token with the route's scope, on every route that names one. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly domain: string | undefined,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { scope } = this.reflector.get<RouteDefinition>(ROUTE, execution.getHandler());
    if (scope === null) return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const edge = edgeOf(request);
    const { authorization } = request.headers;
    const principal = await context.with(edge.trace, () =>
      this.authenticator.authenticate(authorization, claimedTenants(request.headers, this.domain)),
    );
    if (!permits(principal.scopes, scope))
      throw new Refused({ code: 'forbidden', detail: `This needs a token with the scope ${scope}.` });
    edge.authenticated = principal;
    return true;
  }
}
