import { z } from 'zod';

const json = z.json();
/** What a generated document consists of. */
export type Json = z.output<typeof json>;
export type JsonObject = Record<string, Json>;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSafeBound = (key: string, value: Json): boolean =>
  (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
  (key === 'maximum' && value === Number.MAX_SAFE_INTEGER);

/** The pattern of a format says nothing that the format does not; objects may grow, so none is closed. */
const isNoise = (node: JsonObject, key: string, value: Json): boolean =>
  (key === 'pattern' && 'format' in node) ||
  (key === 'additionalProperties' && value === false) ||
  key === '$schema' ||
  isSafeBound(key, value);

function tidy(node: Json, refs: string): Json {
  if (Array.isArray(node)) return node.map((item) => tidy(item, refs));
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !isNoise(node, key, value))
      .map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string'
          ? value.replace(/^#\/(\$defs|definitions)\//, refs)
          : tidy(value, refs),
      ]),
  );
}

/** The JSON Schema of what a sender writes (`input`) or a receiver gets (`output`), complete in itself. */
export function standaloneSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  if (schema instanceof z.ZodVoid) return null;
  return tidy(json.parse(z.toJSONSchema(schema, { io })), '#/$defs/');
}

/** Gathers the named schemas (`.meta({ id })`) of a document under `components/schemas`. */
export class SchemaComponents {
  private readonly named = new Map<string, Json>();

  constructor(private readonly target: 'draft-2020-12' | 'draft-7') {}

  /** The schema with references to the named ones, which are kept. @throws Error where two differ under one name */
  refer(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const whole = tidy(
      json.parse(z.toJSONSchema(schema, { io, target: this.target })),
      '#/components/schemas/',
    );
    if (!isObject(whole)) throw new Error('a JSON Schema is an object');
    const { $defs, definitions, ...rest } = whole;
    for (const named of [$defs, definitions]) if (isObject(named)) this.keep(named);
    return rest;
  }

  private keep(named: JsonObject): void {
    for (const [id, schema] of Object.entries(named)) {
      const known = this.named.get(id);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
        throw new Error(`two different schemas are called ${id}`);
      this.named.set(id, schema);
    }
  }

  /** All named schemas, by name. */
  get all(): JsonObject {
    return Object.fromEntries([...this.named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
