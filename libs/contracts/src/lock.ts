import { events, requests } from './contracts';
import type { EventDefinition, RequestDefinition, RouteDefinition } from './define';
import { routes } from './http/routes';
import { standaloneSchema, type JsonObject } from './json-schema';

const eventLock = (event: EventDefinition): [string, JsonObject] => [
  event.subject,
  { data: standaloneSchema(event.schema, 'output') },
];

const requestLock = (request: RequestDefinition): [string, JsonObject] => [
  request.subject,
  {
    scope: request.scope,
    input: standaloneSchema(request.input, 'input'),
    output: standaloneSchema(request.output, 'output'),
    problems: [...request.problems],
  },
];

const routeLock = (route: RouteDefinition): [string, JsonObject] => [
  `${route.method} ${route.path}`,
  {
    id: route.id,
    scope: route.scope,
    params: standaloneSchema(route.params, 'input'),
    query: standaloneSchema(route.query, 'input'),
    body: standaloneSchema(route.body, 'input'),
    multipart: route.multipart,
    status: route.status,
    response: standaloneSchema(route.response, 'output'),
    media: route.media,
    headers: Object.keys(route.headers),
    redirect: route.redirect !== null,
    problems: [...route.problems],
  },
];

const sorted = (entries: [string, JsonObject][]): JsonObject =>
  Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

/** The shape of everything that crosses a process: what a release promises to the next one. */
export const contractsLock = (): JsonObject => ({
  events: sorted(events.map(eventLock)),
  requests: sorted(requests.map(requestLock)),
  routes: sorted(routes.map(routeLock)),
});
