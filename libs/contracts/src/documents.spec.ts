import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asyncApiDocument } from './asyncapi';
import { eventFaults, eventsPage, type SourceFile } from './events-page';
import { isObject, type Json, type JsonObject } from './json-schema';
import { contractsLock } from './lock';
import { openApiDocument } from './openapi';

const root = resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources: SourceFile[] = readdirSync(join(root, 'apps'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => ({ path: `apps/${path}`, text: read(`apps/${path}`) }));

const remedy = 'it is out of date: run `npm run docs`';
const upToDate = (file: string, text: string) => {
  const committed = read(file);
  if (committed !== text) throw new Error(`${file}: ${remedy}`);
};
const asJson = (document: Json): string => `${JSON.stringify(document, null, 2)}\n`;

const at = (node: Json | undefined, key: string): Json | undefined =>
  isObject(node) ? node[key] : undefined;
const resolveRef = (document: Json, ref: string): Json | undefined =>
  ref
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((node, key) => at(node, key.replaceAll('~1', '/')), document);

function* objectsIn(node: Json): Generator<JsonObject> {
  if (Array.isArray(node)) for (const item of node) yield* objectsIn(item);
  if (!isObject(node)) return;
  yield node;
  for (const value of Object.values(node)) yield* objectsIn(value);
}

const valuesOf = (node: Json | undefined): Json[] => (isObject(node) ? Object.values(node) : []);
const listOf = (node: Json | undefined): Json[] => (Array.isArray(node) ? node : []);

const danglingRefs = (document: Json): Json[] =>
  [...objectsIn(document)]
    .flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref]))
    .filter((ref) => typeof ref !== 'string' || resolveRef(document, ref) === undefined);

describe('the generated documents', () => {
  it('are the ones that are committed', () => {
    upToDate('docs/openapi.json', asJson(openApiDocument()));
    upToDate('docs/asyncapi.json', asJson(asyncApiDocument()));
    upToDate('libs/contracts/contracts.lock.json', asJson(contractsLock()));
    upToDate('docs/events.md', eventsPage(sources));
  });

  it('resolve every reference that they make', () => {
    expect(danglingRefs(openApiDocument())).toEqual([]);
    expect(danglingRefs(asyncApiDocument())).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();
  const operations = Object.entries(isObject(document['paths']) ? document['paths'] : {}).flatMap(
    ([path, methods]) => valuesOf(methods).map((operation) => ({ path, operation })),
  );

  it('gives every operation an id of its own, and a success', () => {
    const ids = operations.map(({ operation }) => at(operation, 'operationId'));
    expect(new Set(ids).size).toBe(operations.length);
    for (const { operation } of operations) {
      const statuses = Object.keys(at(operation, 'responses') ?? {});
      expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
    }
  });

  it('declares exactly the parameters that a path has', () => {
    for (const { path, operation } of operations) {
      const names = listOf(at(operation, 'parameters'))
        .filter((parameter) => at(parameter, 'in') === 'path')
        .map((parameter) => at(parameter, 'name'));
      expect(names).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });
});

describe('the AsyncAPI document', () => {
  it('names messages by way of the channel of their operation', () => {
    const operations = valuesOf(asyncApiDocument()['operations']);
    expect(operations.length).toBeGreaterThan(0);
    for (const operation of operations) {
      const channel = JSON.stringify(at(at(operation, 'channel'), '$ref')).slice(0, -1);
      const messages = listOf(at(operation, 'messages')).map((message) =>
        JSON.stringify(at(message, '$ref')),
      );
      expect(messages.every((message) => message.startsWith(`${channel}/messages/`))).toBe(true);
    }
  });
});

describe('the flow of events', () => {
  it('has a producer for every event and a declaration for every event that is consumed', () => {
    expect(eventFaults(sources)).toEqual([]);
  });

  it('is not taken for whole when a producer is missing or an event is unknown', () => {
    const listed = { path: 'apps/registry/src/main.ts', text: 'events: [SkillPublished, SkillArchived]' };
    const handler = {
      path: 'apps/decay/src/a.controller.ts',
      text: "@OnEvent(SkillVanished, 'watch-skill')",
    };
    const faults = eventFaults([listed, handler]);
    expect(faults).toContain('decay--watch-skill consumes SkillVanished, which no contract declares');
    expect(faults).toContain('telemetry.skill-used: telemetry does not list SkillUsed among its events');
    expect(faults.join()).not.toContain('registry.skill-published');
  });

  it('is found where the handlers are, and not in tests', () => {
    const text = "@OnEvent(SkillPublished, 'watch-skill')";
    const page = eventsPage([
      { path: 'apps/decay/src/watch-skill.controller.ts', text },
      { path: 'apps/telemetry/src/watch-skill.spec.ts', text },
    ]);
    expect(page).toContain('- Consumers: decay (`watch-skill`)\n');
  });
});
