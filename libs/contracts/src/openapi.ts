import type { RouteDefinition } from './define';
import { routes } from './http/routes';
import { SchemaComponents, type Json, type JsonObject } from './json-schema';
import { operationOf } from './openapi-operation';
import { commonResponses } from './openapi-problems';
import { problemSchema } from './problems';

const DESCRIPTION = `The HTTP interface of Loam, a registry for agent skills.

Every request carries a token, and belongs to the tenant of that token. An answer that is not a success is a problem
document (RFC 9457) with a stable \`code\`.`;

const tags: Readonly<Record<string, string>> = {
  Lifecycle: 'What becomes of published versions: channels, archiving, yanking, erasing',
  Safety: 'What the safety gate finds, decisions of people, and the kill switch',
  Names: 'Who owns which names, and what items are called now',
  Skills: 'The catalog: publish, find, download, archive',
  Reading: 'Bundles by digest, single files, differences between versions',
  Dependencies: 'What items need, as one plan with exact versions',
  Projects: 'What a project wants installed, what is recommended for a stack, and where to begin',
  Plans: 'The plan of a project, in versions, from a file or an address',
  Usage: 'What is used, and when',
  Invocations: 'Single runs of skills, and how they went',
  Hive: 'Reports without a token, kept apart',
  Decay: 'What is hardly used any more',
  Capture: 'What happens in sessions, and what becomes of it',
  Drafts: 'Proposals that a person reviews',
  Webhooks: 'Addresses that are told of events',
  Identity: 'Who asks, and tokens',
  Operations: 'Dead letters, replay checks and tenants, for operators',
};

const pathsOf = (components: SchemaComponents): JsonObject => {
  const paths: Record<string, JsonObject> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const methods = (paths[route.path.replace('{+', '{')] ??= {});
    methods[route.method.toLowerCase()] = operationOf(route, components);
  }
  return paths;
};

const tagOf = (route: RouteDefinition): string => route.tag;

function tagList(): Json[] {
  return [...new Set(routes.map(tagOf))].map((name) => {
    const description = tags[name];
    if (description === undefined) throw new Error(`the tag ${name} has no description`);
    return { name, description };
  });
}

/** The OpenAPI 3.1 document of every route, made from the same definitions that the gateway checks requests with. */
export function openApiDocument(): JsonObject {
  const components = new SchemaComponents('draft-2020-12');
  components.refer(problemSchema, 'output');
  const paths = pathsOf(components);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Loam',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tagList(),
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components.all,
      responses: commonResponses(),
      parameters: {
        Tenant: {
          name: 'X-Loam-Tenant',
          in: 'header',
          description:
            'The slug of the tenant. The token decides the tenant; where this names another one, the answer is 401.',
          schema: { type: 'string' },
        },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token `loam_…`.' } },
    },
  };
}
