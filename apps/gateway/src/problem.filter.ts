import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BlobCorrupt, BlobsUnavailable, BlobTooLarge } from '@loam/blobs';
import type { Failure, ProblemCode } from '@loam/contracts/problems';
import { isOutage } from '@loam/database';
import { Refused } from '@loam/messaging';
import { problemHeaders, toProblem, type Log } from '@loam/service';
import { allowedMethods } from './allowed-methods';
import { edgeOf } from './edge';

/** What Fastify and its plugins complain about, by their error codes. */
const fastifyCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'media-type-unsupported',
  FST_REQ_FILE_TOO_LARGE: 'body-too-large',
  FST_PARTS_LIMIT: 'request-malformed',
  FST_FILES_LIMIT: 'request-malformed',
  FST_FIELDS_LIMIT: 'request-malformed',
  FST_INVALID_JSON_FIELD_ERROR: 'request-malformed',
};

const statusCodes: Readonly<Record<number, ProblemCode>> = {
  400: 'request-malformed',
  404: 'not-found',
  413: 'body-too-large',
  415: 'media-type-unsupported',
};

const textOf = (error: object, key: string): string | undefined => {
  const value: unknown = Object.entries(error).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
};

/** The failure that an error means to the caller; undefined when it is our fault. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Refused) return error.failure;
  if (!(error instanceof Error)) return undefined;
  if (isOutage(error))
    return { code: 'unavailable', detail: 'The database cannot be reached.', retryAfterSeconds: 1 };
  if (error instanceof BlobsUnavailable)
    return { code: 'unavailable', detail: error.message, retryAfterSeconds: 1 };
  if (error instanceof BlobTooLarge) return { code: 'body-too-large', detail: error.message };
  if (error instanceof BlobCorrupt)
    return { code: 'blob-corrupt', detail: 'The stored bytes are damaged; the operator has been told.' };
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  const code = fastifyCodes[textOf(error, 'code') ?? ''] ?? statusCodes[status];
  return code === undefined ? undefined : { code, detail: error.message };
}

const statusOf = (error: Error): number =>
  'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1).join('');

const notAllowed = (method: string): Failure => ({
  code: 'method-not-allowed',
  detail: `This path does not take ${method}.`,
});

/** Answers every error with a problem document. What nobody foresaw is logged once, and its text stays here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { traceId } = edgeOf(request);
    // Only Nest itself says this: no route has the path together with the method.
    const allowed = error instanceof NotFoundException ? allowedMethods(pathOf(request)) : [];
    const foreseen = allowed.length > 0 ? notAllowed(request.method) : failureOf(error);
    if (foreseen === undefined || foreseen.code === 'blob-corrupt')
      this.log.error({ err: error, traceId }, 'a request failed');
    const failure = foreseen ?? { code: 'internal', detail: 'Something went wrong. It has been logged.' };
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(failure, traceId);
    if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    void reply.code(problem.status).headers(problemHeaders(failure)).send(JSON.stringify(problem));
  }
}
