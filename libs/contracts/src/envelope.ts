import { z } from 'zod';
import type { EventData, EventDefinition } from './define';

/** Who did it: a token of a member, or a service on its own account. */
export const actorSchema = z.object({ type: z.enum(['token', 'service']), id: z.string() });
export type Actor = z.output<typeof actorSchema>;

/** What surrounds every event's data, in the log and on the wire. The trace context travels in the headers. */
const envelopeShape = {
  /** UUIDv7; also the message id for the broker and the job id of what it starts. */
  id: z.uuid(),
  type: z.string(),
  version: z.int(),
  /** `<noun>:<tenant>:<…>` */
  stream: z.string(),
  /** Position within the stream, from 0. */
  revision: z.int(),
  occurredAt: z.iso.datetime(),
  correlationId: z.string(),
  /** The event or request that led to this one. */
  causationId: z.string().nullable(),
  tenant: z.uuid(),
  actor: actorSchema,
};

export const envelopeSchema = z.object({ ...envelopeShape, data: z.unknown() });
export type Envelope = z.output<typeof envelopeSchema>;

/** The whole event: envelope and typed data. */
export type EventOf<E extends EventDefinition> = Omit<Envelope, 'type' | 'data'> & {
  readonly type: E['name'];
  readonly data: EventData<E>;
};

const eventSchema = <Name extends string, Schema extends z.ZodType>(
  definition: EventDefinition<Name, Schema>,
) => z.object({ ...envelopeShape, type: z.literal(definition.name), data: definition.schema });

const eventSchemas = new WeakMap<EventDefinition, ReturnType<typeof eventSchema>>();

/** Parses a whole event of this definition; unknown fields are dropped (tolerant in). */
export function eventSchemaOf(definition: EventDefinition): ReturnType<typeof eventSchema> {
  const known = eventSchemas.get(definition);
  if (known !== undefined) return known;
  const made = eventSchema(definition);
  eventSchemas.set(definition, made);
  return made;
}
