import { z } from 'zod';
import type { RouteDefinition } from './define';
import { isObject, type Json, type JsonObject, type SchemaComponents } from './json-schema';
import { problemResponses } from './openapi-problems';

const SUCCESS = { 200: 'Success', 201: 'Created', 202: 'Accepted', 204: 'Done; no content' } as const;

function parametersOf(schema: z.ZodType, place: 'path' | 'query', components: SchemaComponents): Json[] {
  const { properties, required } = components.refer(schema, 'input');
  if (!isObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = isObject(property) ? property : {};
    return {
      name,
      in: place,
      required: needed.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

const BUNDLE: JsonObject = {
  type: 'string',
  contentMediaType: 'application/octet-stream',
  description: 'The bundle: a gzip-compressed tar archive or a zip archive with a SKILL.md at its root',
};

function contentOf(route: RouteDefinition, components: SchemaComponents): JsonObject {
  if (route.upload !== null)
    return { [route.upload]: { schema: { type: 'string', contentMediaType: route.upload } } };
  const metadata = components.refer(route.body, 'input');
  if (!route.multipart)
    return Object.fromEntries(
      ['application/json', ...route.accepts].map((type) => [type, { schema: metadata }]),
    );
  return {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['metadata', 'bundle'],
        properties: { metadata, bundle: BUNDLE },
      },
      encoding: {
        metadata: { contentType: 'application/json' },
        bundle: { contentType: 'application/gzip, application/zip, application/octet-stream' },
      },
    },
  };
}

const headersOf = (headers: Readonly<Record<string, string>>): JsonObject =>
  Object.keys(headers).length === 0
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      };

function successOf(route: RouteDefinition, components: SchemaComponents): JsonObject {
  const start = { description: SUCCESS[route.status], ...headersOf(route.headers) };
  if (route.media !== null) {
    const schema = route.media.startsWith('text/')
      ? { type: 'string' }
      : { type: 'string', contentMediaType: route.media };
    return { ...start, content: { [route.media]: { schema } } };
  }
  if (route.response instanceof z.ZodVoid) return start;
  return {
    ...start,
    content: { 'application/json': { schema: components.refer(route.response, 'output') } },
  };
}

const redirectOf = ({ redirect, headers }: RouteDefinition): JsonObject =>
  redirect === null
    ? {}
    : { '307': { description: redirect, ...headersOf({ Location: 'Where the answer is', ...headers }) } };

/** The OpenAPI operation of one route. */
export function operationOf(route: RouteDefinition, components: SchemaComponents): JsonObject {
  const hasBody = route.upload !== null || !(route.body instanceof z.ZodVoid);
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.scope === null
      ? { security: [] }
      : { description: `Needs the scope \`${route.scope}\`.`, 'x-loam-scope': route.scope }),
    parameters: [
      ...parametersOf(route.params, 'path', components),
      ...parametersOf(route.query, 'query', components),
      ...(route.scope === null ? [] : [{ $ref: '#/components/parameters/Tenant' }]),
    ],
    ...(hasBody ? { requestBody: { required: true, content: contentOf(route, components) } } : {}),
    responses: {
      [String(route.status)]: successOf(route, components),
      ...redirectOf(route),
      ...problemResponses(route, hasBody),
    },
  };
}
