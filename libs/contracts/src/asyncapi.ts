import { z } from 'zod';
import { events, requests } from './contracts';
import type { EventDefinition, RequestDefinition } from './define';
import { eventSchemaOf } from './envelope';
import { SchemaComponents, type JsonObject } from './json-schema';
import { failureSchema } from './problems';

/** What a document is gathered in; channels and operations are keyed by the name of the message. */
interface Parts {
  readonly channels: JsonObject;
  readonly operations: JsonObject;
  readonly messages: JsonObject;
  readonly components: SchemaComponents;
}

const keyOf = ({ name, version }: EventDefinition | RequestDefinition): string =>
  `${name}.v${String(version)}`;
const serviceOf = ({ name }: EventDefinition | RequestDefinition): string => name.split('.')[0] ?? '';
const tagsOf = (definition: EventDefinition | RequestDefinition): JsonObject[] => [
  { name: serviceOf(definition) },
  { name: definition.kind },
];

const byName = <D extends EventDefinition | RequestDefinition>(definitions: readonly D[]): D[] =>
  [...definitions].sort((a, b) => (a.name < b.name ? -1 : 1));

/** AsyncAPI wants a message of an operation to be named by way of its channel. */
const inChannel = (channel: string, message: string): JsonObject => ({
  $ref: `#/channels/${channel}/messages/${message}`,
});

function addMessage({ messages, components }: Parts, key: string, title: string, schema: z.ZodType): void {
  const io = key.endsWith('.request') ? 'input' : 'output';
  messages[key] = {
    name: key,
    title,
    contentType: 'application/json',
    payload: components.refer(schema, io),
  };
}

function addChannel(parts: Parts, key: string, address: string | null, message: string): void {
  parts.channels[key] = { address, messages: { [message]: { $ref: `#/components/messages/${message}` } } };
}

function addEvent(parts: Parts, event: EventDefinition): void {
  const key = keyOf(event);
  addMessage(parts, key, event.summary, eventSchemaOf(event));
  addChannel(parts, key, event.subject, key);
  parts.operations[`publish.${key}`] = {
    action: 'send',
    channel: { $ref: `#/channels/${key}` },
    summary: event.summary,
    description: `Published by ${serviceOf(event)} to the JetStream stream EVT_${serviceOf(event).toUpperCase()}, at least once.`,
    tags: tagsOf(event),
    messages: [inChannel(key, key)],
  };
}

function addRequest(parts: Parts, request: RequestDefinition): void {
  const key = keyOf(request);
  const [asked, answered] = [`${key}.request`, `${key}.reply`];
  const answer = z.union([z.object({ value: request.output }), z.object({ failure: failureSchema })]);
  addMessage(parts, asked, request.summary, request.input);
  addMessage(parts, answered, `The answer to ${request.name}, or why there is none.`, answer);
  addChannel(parts, asked, request.subject, asked);
  addChannel(parts, answered, null, answered);
  parts.operations[`answer.${key}`] = {
    action: 'receive',
    channel: { $ref: `#/channels/${asked}` },
    summary: request.summary,
    description: `Needs the scope ${request.scope}. Answered by ${serviceOf(request)} over core NATS.`,
    tags: tagsOf(request),
    messages: [inChannel(asked, asked)],
    reply: {
      address: { location: '$message.header#/reply', description: 'The reply subject of the NATS message' },
      channel: { $ref: `#/channels/${answered}` },
      messages: [inChannel(answered, answered)],
    },
    ...(request.problems.length === 0 ? {} : { 'x-loam-problems': [...request.problems] }),
  };
}

/** The AsyncAPI 3.0 document of every event and request between the services. */
export function asyncApiDocument(): JsonObject {
  const parts: Parts = {
    channels: {},
    operations: {},
    messages: {},
    components: new SchemaComponents('draft-7'),
  };
  for (const event of byName(events)) addEvent(parts, event);
  for (const request of byName(requests)) addRequest(parts, request);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Loam',
      version: '1',
      description:
        "What the services of Loam say to each other over NATS: events, commands, queries and operators' calls.",
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { nats: { host: '127.0.0.1:4222', protocol: 'nats', description: 'NATS with JetStream' } },
    channels: parts.channels,
    operations: parts.operations,
    components: { messages: parts.messages, schemas: parts.components.all },
  };
}
