import { z } from 'zod';
import type { ProblemCode } from './problems';
import type { Scope } from './scopes';

/** Lifts the data of one stored version of an event to the next one. Pure and total. */
export type Upcast = (data: unknown) => unknown;

/** An event: a fact that its owner publishes. The subject carries the version; consumers state the one they want. */
export interface EventDefinition<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly name: Name;
  readonly version: number;
  readonly summary: string;
  readonly schema: Schema;
  /** Parses data. What it has given out, and nobody may change, it takes as it is: an event is stored and projected at once. */
  readonly read: (data: unknown) => z.output<Schema>;
  readonly subject: string;
  /** How stored data of version N becomes version N + 1, by N. */
  readonly upcasts: Readonly<Record<number, Upcast>>;
}

/** A command (changes something) or a query (does not): a request whose answer the caller waits for. */
export interface RequestDefinition<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Code extends ProblemCode = ProblemCode,
> {
  readonly kind: 'command' | 'query' | 'operation';
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly subject: string;
  /** The scope that the service itself checks, whoever asks. */
  readonly scope: Scope;
  /** The rejections that this request may be answered with, besides those that every request may have. */
  readonly problems: readonly Code[];
}

export type EventData<E extends EventDefinition> = z.output<E['schema']>;

/** What a decision yields and a stream holds: the name of an event and its data, without the envelope. */
export interface Fact<E extends EventDefinition = EventDefinition> {
  readonly type: E['name'];
  readonly data: EventData<E>;
}

/** The fact that this event happened. */
export const fact = <Name extends string, Schema extends z.ZodType>(
  definition: EventDefinition<Name, Schema>,
  data: z.output<Schema>,
): { readonly type: Name; readonly data: z.output<Schema> } => ({ type: definition.name, data });

/** The schema of that fact; a stream's events are the union of these. */
export const factSchema = <Name extends string, Schema extends z.ZodType>(
  definition: EventDefinition<Name, Schema>,
) => z.object({ type: z.literal(definition.name), data: definition.schema });

export type Input<R extends RequestDefinition> = z.output<R['input']>;
export type Output<R extends RequestDefinition> = z.output<R['output']>;
export type ProblemOf<R extends RequestDefinition> = R['problems'][number];

function readerOf<Schema extends z.ZodType>(schema: Schema): (data: unknown) => z.output<Schema> {
  const given = new WeakMap<object, z.output<Schema>>();
  return (data) => {
    const known = typeof data === 'object' && data !== null ? given.get(data) : undefined;
    if (known !== undefined) return known;
    const parsed = schema.parse(data);
    if (typeof parsed === 'object' && parsed !== null) given.set(parsed, parsed);
    return parsed;
  };
}

interface EventOptions {
  readonly summary: string;
  readonly upcasts?: Readonly<Record<number, Upcast>>;
}

/** Declares the event `<service>.<noun-verb-past>` of one version. */
export const defineEvent = <Name extends string, Schema extends z.ZodType>(
  name: Name,
  version: number,
  schema: Schema,
  options: EventOptions,
): EventDefinition<Name, Schema> => ({
  kind: 'event',
  name,
  version,
  schema,
  read: readerOf(schema),
  summary: options.summary,
  subject: `evt.${name}.v${String(version)}`,
  upcasts: options.upcasts ?? {},
});

interface RequestOptions<Input extends z.ZodType, Output extends z.ZodType, Code extends ProblemCode> {
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly scope: Scope;
  readonly problems?: readonly Code[];
}

const prefixes = { command: 'cmd', query: 'qry', operation: 'adm' } as const;

const requestOf =
  (kind: RequestDefinition['kind']) =>
  <Input extends z.ZodType, Output extends z.ZodType, Code extends ProblemCode = never>(
    name: string,
    version: number,
    options: RequestOptions<Input, Output, Code>,
  ): RequestDefinition<Input, Output, Code> => ({
    kind,
    name,
    version,
    subject: `${prefixes[kind]}.${name}.v${String(version)}`,
    summary: options.summary,
    input: options.input,
    output: options.output,
    scope: options.scope,
    problems: options.problems ?? [],
  });

/** Declares a command: a request that may change something. Subjects `cmd.…`, outside every stream. */
export const defineCommand = requestOf('command');
/** Declares a query: a request that changes nothing. Subjects `qry.…`. */
export const defineQuery = requestOf('query');
/** Declares an operator's call to one service. Subjects `adm.…`, reached through `/v1/admin/…`. */
export const defineOperation = requestOf('operation');

/** One HTTP endpoint: path, what it takes, what it answers. OpenAPI and the CLI's client are derived from it. */
export interface RouteDefinition<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters, as OpenAPI writes it; a last `{+name}` takes the rest of the path, slashes too. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The scope a caller needs, or `null` for the few routes that need no token. */
  readonly scope: Scope | null;
  readonly params: Params;
  /** Refuses what it does not name: a parameter that is ignored makes a request mean more than was asked for. */
  readonly query: Query;
  /** JSON body; with `multipart` it is the part called `metadata`, beside the file part `bundle`. */
  readonly body: Body;
  readonly multipart: boolean;
  /** Media types of the body besides JSON, or besides the form; all say the same. */
  readonly accepts: readonly string[];
  /** Where the body is no JSON but streams as it is: its media type. */
  readonly upload: string | null;
  readonly status: 200 | 201 | 202 | 204;
  readonly response: Response;
  /** Where the answer is not JSON: its media type. */
  readonly media: string | null;
  /** The headers of a success that clients may rely on, each with what it says. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the answer may be a 307 to another address instead, or `null`. */
  readonly redirect: string | null;
  readonly problems: readonly ProblemCode[];
}

const nothing = z.object({});
type Nothing = typeof nothing;
const noBody = z.void();
type NoBody = typeof noBody;

interface RouteOptions<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
> {
  readonly tag: string;
  readonly summary: string;
  readonly scope: Scope | null;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly multipart?: boolean;
  readonly accepts?: readonly string[];
  readonly upload?: string;
  readonly status?: 200 | 201 | 202 | 204;
  readonly response?: Response;
  readonly media?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirect?: string;
  readonly problems?: readonly ProblemCode[];
}

const routeDefaults = {
  params: nothing,
  query: nothing,
  body: noBody,
  multipart: false,
  accepts: [],
  upload: null,
  status: 200,
  response: noBody,
  media: null,
  headers: {},
  redirect: null,
  problems: [],
} as const;

const strict = (query: z.ZodType): z.ZodType => (query instanceof z.ZodObject ? query.strict() : query);

/**
 * Declares an HTTP endpoint.
 * @param id the OpenAPI operation id
 * @param at method and path, for instance `GET /v1/skills/{slug}`
 */
export function defineRoute<
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = NoBody,
  Response extends z.ZodType = NoBody,
>(
  id: string,
  at: `${RouteDefinition['method']} /${string}`,
  options: RouteOptions<Params, Query, Body, Response>,
): RouteDefinition<Params, Query, Body, Response>;
export function defineRoute(
  id: string,
  at: string,
  options: RouteOptions<z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
): RouteDefinition {
  const space = at.indexOf(' ');
  const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(at.slice(0, space));
  const query = strict(options.query ?? nothing);
  return { ...routeDefaults, ...options, query, id, method, path: at.slice(space + 1) };
}
