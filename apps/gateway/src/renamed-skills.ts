import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { z } from 'zod';
import type { RouteDefinition } from '@loam/contracts/define';
import { FindAlias } from '@loam/contracts/names';
import { kindSchema } from '@loam/contracts/skill';
import { Bus, Refused } from '@loam/messaging';
import { edgeOf } from './edge';

/** What was asked for, as far as it names an item. */
const askedSchema = z.object({
  params: z.looseObject({ slug: z.string() }),
  query: z.object({ kind: kindSchema.default('skill') }),
});

/** An item that has gone on under another name has left no version behind. */
const isMissing = (error: unknown): boolean =>
  error instanceof Refused && ['skill-not-found', 'version-not-found'].includes(error.failure.code);

/** Whether a route reads an item by its name. */
export const followsRenames = ({ method, path }: RouteDefinition): boolean =>
  method === 'GET' && path.startsWith('/v1/skills/{slug}');

/** A read of an item by a name that it had before is answered as one by its name of today, and says so. */
@Injectable()
export class RenamedSkills implements NestInterceptor {
  constructor(private readonly bus: Bus) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next
      .handle()
      .pipe(
        catchError((error: unknown) => from(this.follow(error, request)).pipe(mergeMap(() => next.handle()))),
      );
  }

  /** Has the request ask for the new name. @throws the error where it is about something else */
  private async follow(error: unknown, request: FastifyRequest): Promise<void> {
    const asked = askedSchema.safeParse(request).data;
    if (!isMissing(error) || asked === undefined) throw error;
    const edge = edgeOf(request);
    const item = { kind: asked.query.kind, slug: asked.params.slug };
    const answer = await this.bus.request(FindAlias, item, edge.caller);
    if (!answer.ok || answer.value.slug === null) throw error;
    // Parsed anew when the handler runs again.
    request.params = { ...asked.params, slug: answer.value.slug };
    void edge.reply.header('x-loam-renamed-to', answer.value.slug);
  }
}
