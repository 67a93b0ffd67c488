import {
  applyDecorators,
  Delete,
  Get,
  HttpCode,
  Patch,
  Post,
  Put,
  Req,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { context } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RouteDefinition } from '@loam/contracts/define';
import type { ProblemError } from '@loam/contracts/problems';
import { Refused } from '@loam/messaging';
import { edgeOf, type Edge } from './edge';
import { followsRenames, RenamedSkills } from './renamed-skills';

/** The metadata key under which the guard finds the route of a handler. */
export const ROUTE = 'loam:route';

const methods = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete } as const;

/** What a handler gets: every part of the request that the route declares, parsed. */
export interface Given<D extends RouteDefinition> {
  readonly params: z.output<D['params']>;
  readonly query: z.output<D['query']>;
  /** Parsed when it is asked for; handlers of multipart routes take the parts from the request instead. */
  readonly body: z.output<D['body']>;
  readonly request: FastifyRequest;
}

/** A handler resolves to the route's response, or sends it itself where it is no JSON. */
type Handler<D extends RouteDefinition> = (
  given: Given<D>,
  edge: Edge,
) => Promise<z.input<D['response']> | FastifyReply>;

const MOST_ERRORS = 20;
const MOST_NAME = 100;

/** U+0000 and halves of surrogate pairs, which Postgres stores nowhere. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const isUnstorable = (value: unknown): boolean =>
  typeof value === 'string'
    ? UNSTORABLE.test(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(isUnstorable);

/** What an issue says of each place that it is about; unknown names are what the caller wrote, however long. */
function errorsOf(issue: z.core.$ZodIssue): ProblemError[] {
  const { code, message, path } = issue;
  const at = path.map((part) => `/${String(part)}`).join('');
  if (issue.code !== 'unrecognized_keys') return [{ code, detail: message, pointer: at }];
  return issue.keys.map((key) => ({
    ...{ code, detail: 'is not known here', pointer: `${at}/${key.slice(0, MOST_NAME)}` },
  }));
}

/** Parses one part of a request. @throws Refused `request-invalid`, naming what is wrong in it */
export function parsePart<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    if (!isUnstorable(parsed.data)) return parsed.data;
    throw new Refused({
      code: 'request-invalid',
      detail: 'A text of the request holds U+0000 or half of a surrogate pair.',
    });
  }
  const errors = parsed.error.issues.slice(0, MOST_ERRORS).flatMap(errorsOf).slice(0, MOST_ERRORS);
  const detail = errors.map((error) => `${error.pointer ?? ''}: ${error.detail}`).join('; ');
  throw new Refused({ code: 'request-invalid', detail, errors });
}

/** A last parameter that takes the rest of the path. */
const REST = /\{\+(\w+)\}$/;

/** The path of a route as the router spells it. */
export const urlOf = ({ path }: RouteDefinition): string =>
  path.replace(REST, '*').replace(/\{(\w+)\}/g, ':$1');

/** The router calls the rest of a path `*`. */
function paramsOf({ path }: RouteDefinition, { params }: FastifyRequest): unknown {
  const [, rest] = REST.exec(path) ?? [];
  if (rest === undefined || typeof params !== 'object' || params === null || !('*' in params)) return params;
  return { ...params, [rest]: params['*'] };
}

const noFields = z.strictObject({});

/** A field that nobody reads would make the request mean more than was asked for. */
function refuseBody({ body, upload }: RouteDefinition, request: FastifyRequest): void {
  const isSent = request.body !== undefined && request.body !== null;
  if (isSent && upload === null && body instanceof z.ZodVoid) parsePart(noFields, request.body);
}

function give<D extends RouteDefinition>(definition: D, request: FastifyRequest): Given<D> {
  refuseBody(definition, request);
  return {
    request,
    params: parsePart<D['params']>(definition.params, paramsOf(definition, request)),
    query: parsePart<D['query']>(definition.query, request.query),
    get body() {
      return parsePart<D['body']>(definition.body, request.body ?? undefined);
    },
  };
}

type Decorates<D extends RouteDefinition> = <H extends Handler<D>>(
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/**
 * Makes a controller's method answer a route. Path, status and parsing follow from its definition; whether the caller
 * may is decided by the guard, which reads the same definition.
 */
export const Route = <D extends RouteDefinition>(definition: D): Decorates<D> => {
  const mark = applyDecorators(
    methods[definition.method](urlOf(definition)),
    HttpCode(definition.status),
    SetMetadata(ROUTE, definition),
    // Where there is one, Nest wraps every request for it, which costs more than the rest that it does.
    ...(followsRenames(definition) ? [UseInterceptors(RenamedSkills)] : []),
  );
  return <H extends Handler<D>>(target: object, key: string, descriptor: TypedPropertyDescriptor<H>) => {
    const handler = descriptor.value;
    if (handler === undefined) throw new Error('a route decorates a method');
    const answer = function (this: unknown, request: FastifyRequest) {
      const edge = edgeOf(request);
      return context.with(edge.trace, () => handler.call(this, give(definition, request), edge));
    };
    Object.assign(descriptor, { value: answer });
    mark(target, key, descriptor);
    Req()(target, key, 0);
  };
};
