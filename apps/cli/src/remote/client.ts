import { Readable } from 'node:stream';
import { z } from 'zod';
import type { RouteDefinition } from '@loam/contracts/define';
import {
  archiveSkill,
  eraseSkill,
  unarchiveSkill,
  unyankSkill,
  yankSkill,
} from '@loam/contracts/http/lifecycle';
import { liveUsage } from '@loam/contracts/http/usage';
import { ARCHIVE } from '@loam/contracts/http/transfer';
import { publishDraft } from '@loam/contracts/http/capturer';
import { publishSkill } from '@loam/contracts/http/registry';
import { ExitCode, Failure } from '../failure';
import { failureOfAnswer } from './failure-of-answer';
import { requestOf, type Connection, type Loose } from './request';
import { persistently } from './retry';

type Part<Name extends string, Value> =
  Record<string, never> extends Value ? { readonly [K in Name]?: Value } : { readonly [K in Name]: Value };

/** What a call must be given. */
export type Arguments<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = Loose &
  Part<'params', z.input<Params>> &
  Part<'query', z.input<Query>> &
  (Body extends z.ZodVoid ? unknown : { readonly body: z.input<Body> });

/** A success: its parsed body and its headers. */
interface Answer<Response extends z.ZodType> {
  readonly value: z.output<Response>;
  readonly headers: Headers;
}

const TIMEOUT_MS = 60_000;

/** Repeating these changes nothing, although they are sent with POST. */
const repeatablePosts: readonly string[] = [
  publishSkill,
  archiveSkill,
  unarchiveSkill,
  yankSkill,
  unyankSkill,
  eraseSkill,
  publishDraft,
].map(({ id }) => id);
const isRepeatable = ({ method, id }: RouteDefinition): boolean =>
  method !== 'POST' || repeatablePosts.includes(id);

const brokenSchema = z.object({ cause: z.object({ code: z.string() }) });
const lateSchema = z.object({ name: z.literal('TimeoutError') });

/** Why there was no answer: the code of the socket's error, as `fetch` hides it. Empty where it says nothing. */
const codeOf = (error: unknown): string =>
  lateSchema.safeParse(error).success
    ? 'no answer in time'
    : (brokenSchema.safeParse(error).data?.cause.code ?? '');

/** A connection that broke; one that was refused at once is not worth trying again. */
const wasLost = (error: unknown): boolean => !['', 'ECONNREFUSED', 'ENOTFOUND'].includes(codeOf(error));

/** Calls the routes of the contracts: what goes in and out is typed, and checked where it comes in. */
export class Client {
  constructor(private readonly connection: Connection) {}

  /** @throws Failure for every answer that is not a success, and for none */
  async call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    route: RouteDefinition<P, Q, B, A>,
    given: Arguments<P, Q, B>,
  ): Promise<z.output<A>> {
    return (await this.exchange(route, given)).value;
  }

  /** The same, with the headers of the answer. */
  async exchange<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    route: RouteDefinition<P, Q, B, A>,
    given: Arguments<P, Q, B>,
  ): Promise<Answer<A>> {
    const response = await this.send(route, given);
    const parsed = route.response.safeParse(await bodyOf(response));
    if (parsed.success) return { value: parsed.data, headers: response.headers };
    const what = `The answer to ${route.id} has a shape that this version does not understand.`;
    throw new Failure({ exitCode: ExitCode.unexpected, code: 'answer-unknown', what });
  }

  /** A body that is no JSON, wherever the server sends us for it. */
  async bytes<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    route: RouteDefinition<P, Q, B, z.ZodVoid>,
    given: Arguments<P, Q, B>,
  ): Promise<{ readonly bytes: Buffer; readonly headers: Headers }> {
    const response = await this.send(route, given);
    const location = response.status === 307 ? response.headers.get('location') : null;
    if (location === null)
      return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
    // The address is signed: our token is none of its business.
    const stored = await this.fetched(() => fetch(new URL(location, response.url)), true);
    return { bytes: Buffer.from(await stored.arrayBuffer()), headers: response.headers };
  }

  /** A body that is too large to be held in memory. */
  async stream<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
    route: RouteDefinition<P, Q, B, z.ZodVoid>,
    given: Arguments<P, Q, B>,
  ): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly headers: Headers }> {
    const { body, headers } = await this.send(route, given);
    return { body: body ?? Readable.from([]), headers };
  }

  private send(route: RouteDefinition, given: Loose): Promise<Response> {
    const { url, ...init } = requestOf(route, given, this.connection);
    // A stream takes as long as it takes.
    const streams = route.upload !== null || [ARCHIVE, liveUsage.media].includes(route.media);
    const signal = streams ? null : AbortSignal.timeout(TIMEOUT_MS);
    const once = () => fetch(url, { ...init, redirect: 'manual', signal });
    return this.fetched(once, isRepeatable(route));
  }

  private async fetched(once: () => Promise<Response>, repeatable: boolean): Promise<Response> {
    const response = await (repeatable ? persistently(once, wasLost) : once()).catch((error: unknown) => {
      throw this.unreachable(error);
    });
    if (response.ok || response.status === 307) return response;
    throw await failureOfAnswer(response);
  }

  private unreachable(error: unknown): Failure {
    const reason = codeOf(error);
    const what = `${this.connection.url} does not answer${reason === '' ? '' : ` (${reason})`}.`;
    const remedy = 'Is it running? `npm start` starts one here; --url and LOAM_URL choose another.';
    return new Failure({ exitCode: ExitCode.unavailable, code: 'unreachable', what, remedy });
  }
}

/** The JSON of an answer, undefined where it is empty; what is no JSON is a text, and fits no schema of ours. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
