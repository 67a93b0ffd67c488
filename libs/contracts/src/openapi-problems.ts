import type { RouteDefinition } from './define';
import type { Json, JsonObject } from './json-schema';
import { problems, type ProblemCode } from './problems';

const always: readonly ProblemCode[] = [
  'request-malformed',
  'request-invalid',
  'rate-limited',
  'internal',
  'unavailable',
  'deadline-exceeded',
];
const withToken: readonly ProblemCode[] = ['unauthenticated', 'forbidden'];
const withBody: readonly ProblemCode[] = ['body-too-large', 'media-type-unsupported'];

const RETRY_AFTER = { description: 'Seconds to wait before trying again', schema: { type: 'integer' } };
const RATE_LIMIT = { description: 'What is left of the limit', schema: { type: 'string' } };

const headersOf = (status: number): JsonObject => {
  if (status === 429) return { 'Retry-After': RETRY_AFTER, RateLimit: RATE_LIMIT };
  return status === 503 ? { 'Retry-After': RETRY_AFTER } : {};
};

const responseOf = (status: number, codes: readonly ProblemCode[]): JsonObject => ({
  description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'),
  ...(status === 429 || status === 503 ? { headers: headersOf(status) } : {}),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const byStatus = (codes: readonly ProblemCode[]): ReadonlyMap<number, ProblemCode[]> => {
  const grouped = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problems[code];
    grouped.set(status, [...(grouped.get(status) ?? []), code]);
  }
  return grouped;
};

const common = byStatus([...always, ...withToken, ...withBody]);

/** The problems that most routes share, one response for each status. */
export const commonResponses = (): JsonObject =>
  Object.fromEntries(
    [...common].map(([status, codes]) => [`Problem${String(status)}`, responseOf(status, codes)]),
  );

/** What a route may answer with besides a success, by status. */
export function problemResponses(route: RouteDefinition, hasBody: boolean): Record<string, Json> {
  const codes = [
    ...always,
    ...(route.scope === null ? [] : withToken),
    ...(hasBody ? withBody : []),
    ...route.problems,
  ];
  return Object.fromEntries(
    [...byStatus(codes)].map(([status, own]) => {
      const isCommon = own.join() === common.get(status)?.join();
      return [
        String(status),
        isCommon ? { $ref: `#/components/responses/Problem${String(status)}` } : responseOf(status, own),
      ];
    }),
  );
}
