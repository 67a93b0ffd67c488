import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { RouteDefinition } from '@loam/contracts/define';
import { createTenant } from '@loam/contracts/http/gateway';
import { problems, problemSchema, type Problem } from '@loam/contracts/problems';

/** The parts of a request as they are sent, whether or not the route allows them. */
export interface Given {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; on multipart routes as the part `metadata`. */
  readonly body?: unknown;
  readonly bundle?: Uint8Array;
}

/** Somebody who calls the routes of the contracts with a token, or with none. */
export class Caller {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  send(route: RouteDefinition, { params = {}, query = {}, headers = {}, ...rest }: Given = {}) {
    const path = route.path.replace(/\{(\+?)(\w+)\}/g, (_, rest: string, name: string) => {
      const encoded = encodeURIComponent(params[name] ?? '');
      return rest === '' ? encoded : encoded.replaceAll('%2F', '/');
    });
    const body = bodyOf(route, rest);
    return fetch(`${this.url}${path}?${new URLSearchParams(query).toString()}`, {
      method: route.method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
    });
  }

  /** The answer, which must be the route's success in its declared shape. */
  async call<A extends z.ZodType>(
    route: RouteDefinition<z.ZodType, z.ZodType, z.ZodType, A>,
    given?: Given,
  ): Promise<z.output<A>> {
    const text = await this.text(route, given);
    return route.response.parse(text === '' ? undefined : JSON.parse(text));
  }

  /** The body of the answer, which must be the route's success. */
  async text(route: RouteDefinition, given?: Given): Promise<string> {
    const response = await this.send(route, given);
    const text = await response.text();
    if (response.status !== route.status)
      throw new Error(`${route.method} ${route.path}: ${response.status} ${text}`);
    return text;
  }

  /** The problem that the route answers with, which must be a whole one. */
  async refused(route: RouteDefinition, given?: Given): Promise<Problem> {
    return problemOf(await this.send(route, given));
  }
}

function bodyOf({ multipart }: RouteDefinition, { body, bundle }: Given): string | FormData | undefined {
  if (!multipart) return body === undefined ? undefined : JSON.stringify(body);
  const form = new FormData();
  if (body !== undefined) form.append('metadata', JSON.stringify(body));
  if (bundle !== undefined) form.append('bundle', new Blob([new Uint8Array(bundle)]), 'bundle.tar.gz');
  return form;
}

/** The problem document of an answer, which must agree with itself and with the table of problems. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  expect({ status: response.status, type: response.headers.get('content-type'), text }).toMatchObject({
    type: 'application/problem+json; charset=utf-8',
  });
  const problem = problemSchema.parse(JSON.parse(text));
  const { status, title } = problems[problem.code];
  expect(problem).toMatchObject({ status, title, type: `urn:loam:problem:${problem.code}` });
  expect(problem).toMatchObject({ error: problem.code, message: problem.detail });
  expect(response.status).toBe(status);
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  if (status === 503) expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  return problem;
}

export interface Tenant {
  readonly slug: string;
  readonly admin: Caller;
}

/** A tenant that nobody else knows, with its administrator. */
export async function newTenant(operator: Caller): Promise<Tenant> {
  const slug = `t-${randomBytes(6).toString('hex')}`;
  const { token } = await operator.call(createTenant, { body: { slug, name: slug } });
  return { slug, admin: new Caller(operator.url, token) };
}
