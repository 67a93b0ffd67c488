import type { EventDefinition, Fact } from '@loam/contracts/define';
import type { Actor, Envelope } from '@loam/contracts/envelope';

/** An event as the log holds it, lifted to the newest version of its definition. */
export interface RecordedEvent extends Envelope {
  readonly data: unknown;
  readonly traceparent: string | null;
}

/** Who and what an event comes from; the same for all events of one transaction. */
export interface EventContext {
  readonly tenant: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}

/** The event definitions of one service, by name. */
export class EventCatalog {
  private readonly byName: ReadonlyMap<string, EventDefinition>;

  constructor(readonly definitions: readonly EventDefinition[]) {
    this.byName = new Map(definitions.map((definition) => [definition.name, definition]));
    if (this.byName.size !== definitions.length) throw new Error('two events have the same name');
  }

  definitionOf(type: string): EventDefinition {
    const definition = this.byName.get(type);
    if (definition === undefined) throw new Error(`no definition of the event ${type}`);
    return definition;
  }

  /** Checks the data of a fact before it is stored; throws where a decision yields what its contract forbids. */
  encode(fact: Fact): { type: string; version: number; data: unknown } {
    const { name, version, read } = this.definitionOf(fact.type);
    return { type: name, version, data: read(fact.data) };
  }

  /** Lifts stored data, step by step, from the version it was written in to the newest. */
  decode(type: string, storedVersion: number, stored: unknown): { version: number; data: unknown } {
    const { name, version, upcasts } = this.definitionOf(type);
    let data = stored;
    for (let from = storedVersion; from < version; from += 1) {
      const upcast = upcasts[from];
      if (upcast === undefined) throw new Error(`no upcast of ${name} from version ${String(from)}`);
      data = upcast(data);
    }
    return { version, data };
  }
}
