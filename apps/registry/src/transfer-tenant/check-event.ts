import { z } from 'zod';
import { itemSchema } from '@loam/contracts/skill';
import {
  lift,
  storedEventSchema,
  type EventCatalog,
  type RecordedEvent,
  type StoredEvent,
} from '@loam/event-store';
import { skillStream } from '../skill.stream';
import { ArchiveFault } from './archive';

/** What Postgres stores nowhere, as JSON writes it: U+0000 and halves of surrogate pairs. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const aboutItem = z.object({ data: itemSchema });
const reasonOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ')
    : error instanceof Error
      ? error.message
      : 'unknown reason';

/** Reads the events of an archive one by one, and refuses the first that could not have come from a log like ours. */
export class EventCheck {
  private readonly ids = new Set<string>();
  private readonly revisions = new Map<string, number>();
  private line = 0;

  constructor(
    private readonly catalog: EventCatalog,
    private readonly tenant: string,
  ) {}

  /** @returns the event as it was written, and in the newest version of its definition @throws ArchiveFault */
  read(line: string): { readonly stored: StoredEvent; readonly lifted: RecordedEvent } {
    this.line += 1;
    const stored = this.parse(line);
    if (stored.tenant !== this.tenant)
      throw this.fault(`The event ${stored.id} belongs to another tenant.`, 'archive-other-tenant');
    if (this.ids.has(stored.id)) throw this.fault(`The event ${stored.id} comes twice.`);
    this.ids.add(stored.id);
    const lifted = this.lift(stored);
    this.checkPlace(stored, lifted);
    return { stored, lifted };
  }

  private parse(line: string): StoredEvent {
    let event: StoredEvent;
    try {
      event = storedEventSchema.parse(JSON.parse(line));
    } catch (error) {
      throw this.fault(`This is no event: ${reasonOf(error)}.`);
    }
    if (new Date(event.occurredAt).toISOString() !== event.occurredAt)
      throw this.fault(`The time ${event.occurredAt} is not written as the log writes it.`);
    if (JSON.stringify(event) !== line) throw this.fault('The event is not written as the log writes it.');
    if (UNSTORABLE.test(line)) throw this.fault('A text holds U+0000 or half of a surrogate pair.');
    return event;
  }

  private lift(stored: StoredEvent): RecordedEvent {
    const definition = this.catalog.definitions.find(({ name }) => name === stored.type);
    if (definition === undefined) throw this.fault(`There is no event of the type ${stored.type}.`);
    if (stored.version < 1 || stored.version > definition.version)
      throw this.fault(`There is no version ${stored.version} of ${stored.type}.`);
    try {
      const lifted = lift(this.catalog, stored);
      return { ...lifted, data: definition.schema.parse(lifted.data) };
    } catch (error) {
      throw this.fault(`The data of ${stored.type} are not valid: ${reasonOf(error)}.`);
    }
  }

  /** Each stream belongs to the tenant, and to the item that its events are about, and has no gap. */
  private checkPlace({ stream, revision }: StoredEvent, lifted: RecordedEvent): void {
    const item = lifted.type.startsWith('registry.skill-')
      ? aboutItem.safeParse(lifted).data?.data
      : undefined;
    if (stream.split(':')[1] !== this.tenant)
      throw this.fault(`The stream ${stream} belongs to another tenant.`, 'archive-other-tenant');
    if (item !== undefined && stream !== skillStream(this.tenant, item))
      throw this.fault(`An event about ${item.kind} ${item.slug} is in the stream ${stream}.`);
    const expected = (this.revisions.get(stream) ?? -1) + 1;
    if (revision !== expected)
      throw this.fault(`The revision ${revision} of ${stream} stands where ${expected} belongs.`);
    this.revisions.set(stream, revision);
  }

  private fault(detail: string, code: ArchiveFault['code'] = 'archive-events'): ArchiveFault {
    return new ArchiveFault(code, `events.ndjson, line ${this.line}: ${detail}`);
  }
}
