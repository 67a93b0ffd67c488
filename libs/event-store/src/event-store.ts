import type { ZodType } from 'zod';
import type { Fact } from '@loam/contracts/define';
import type { Database, Tx } from '@loam/database';
import { crashPoint, type Clock, type Decider, type Decision, type Rejection } from '@loam/kernel';
import { append, NO_STREAM, StreamConflict, type Append } from './append';
import type { EventCatalog, EventContext, RecordedEvent } from './event-catalog';
import { Notice } from './notice';
import { project, type Projection } from './projection';
import { readStream } from './read';
import { insertStored, lift, type StoredEvent } from './tenant-log';

/** One tenant transaction: what is read, decided, appended and projected in it happens wholly or not at all. */
export interface UnitOfWork {
  readonly tx: Tx;
  readonly context: EventContext;
  /**
   * Appends as the first write of the transaction and applies the inline projections. At most once per unit. It does not wait
   * for the former: where a stream is not as expected, the transaction ends with a StreamConflict.
   */
  append(...appends: Append[]): Promise<readonly RecordedEvent[]>;
  /**
   * Writes events of another log as they were there, with their ids, times and revisions, and applies the inline
   * projections. For a tenant without a history; may be called again within the unit, for what follows.
   */
  restore(events: readonly StoredEvent[]): Promise<void>;
  readStream(stream: string): Promise<RecordedEvent[]>;
  /** Runs when the transaction has committed, in order; a failure there is logged by the caller and loses nothing. */
  afterCommit(work: () => void): void;
}

interface Execution<Command, State, Event extends Fact, Code extends string> {
  readonly stream: string;
  /** Every event that the stream may hold. */
  readonly events: ZodType<Event>;
  readonly decider: Decider<Command, State, Event, Code>;
  readonly command: Command;
  /**
   * What must be so before anything is written, once the decision is to append. It writes nothing to the database
   * itself, and runs again if the decision has to be made again.
   */
  readonly beforehand?: (unit: UnitOfWork) => Promise<void>;
  /** What else belongs to the same commit: an intent, an inbox row. Runs after the append. */
  readonly alongside?: (unit: UnitOfWork, events: readonly RecordedEvent[]) => Promise<void>;
}

/** What came of a command: the events it led to and the state after them, or why it was refused. */
export type Outcome<State, Code extends string> =
  { readonly events: readonly RecordedEvent[]; readonly state: State } | Rejection<Code>;

interface EventStoreOptions {
  readonly database: Database;
  readonly catalog: EventCatalog;
  /** Applied in the append's own transaction. */
  readonly inline: readonly Projection[];
  readonly clock: Clock;
}

const ATTEMPTS = 6;

/** A service's event log. */
export class EventStore {
  readonly catalog: EventCatalog;
  readonly database: Database;

  private readonly notice: Notice;

  constructor(private readonly options: EventStoreOptions) {
    this.notice = new Notice(options.database);
    this.catalog = options.catalog;
    this.database = options.database;
  }

  /** Runs `work` in one transaction of the context's tenant. */
  async transaction<T>(context: EventContext, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const { catalog, inline, clock, database } = this.options;
    const afterCommit: (() => void)[] = [];
    let appended = false;
    let explain = (error: unknown): unknown => error;
    const transacted = database.tenant(context.tenant, async (tx) => {
      const apply = async (events: readonly RecordedEvent[]): Promise<void> => {
        if (events.length === 0) return;
        appended = true;
        await project(tx, inline, events);
      };
      const unit: UnitOfWork = {
        tx,
        context,
        readStream: (stream) => readStream(tx, catalog, stream),
        afterCommit: (then) => afterCommit.push(then),
        append: async (...appends) => {
          const { events, ...asked } = append(tx, catalog, clock, context, appends);
          explain = asked.explain;
          await apply(events);
          return events;
        },
        restore: async (events) => {
          await insertStored(tx, events);
          await apply(events.map((event) => lift(catalog, event)));
        },
      };
      const value = await work(unit);
      if (appended) crashPoint('append.before-commit');
      return value;
    });
    const result = await transacted.catch((error: unknown) => {
      throw explain(error);
    });
    if (appended) {
      crashPoint('append.committed');
      this.notice.give();
    }
    for (const then of afterCommit) then();
    return result;
  }

  /** What the command would lead to as things stand, without doing it. */
  foresee<Command, State, Event extends Fact, Code extends string>(
    context: EventContext,
    execution: Execution<Command, State, Event, Code>,
  ): Promise<Decision<Event, Code>> {
    return this.transaction(context, async (unit) => (await this.decide(unit, execution)).decision);
  }

  private async decide<Command, State, Event extends Fact, Code extends string>(
    unit: UnitOfWork,
    { stream, events, decider, command }: Execution<Command, State, Event, Code>,
  ): Promise<{ decision: Decision<Event, Code>; state: State; revision: number }> {
    const history = await unit.readStream(stream);
    const state = history.reduce(
      (before, { type, data }) => decider.evolve(before, events.parse({ type, data })),
      decider.initial,
    );
    return {
      decision: decider.decide(command, state),
      state,
      revision: history.at(-1)?.revision ?? NO_STREAM,
    };
  }

  /**
   * Reads the stream, lets the decider decide and appends what it decided. When somebody else appended meanwhile,
   * the pure part is repeated on the new state, a few times.
   * @throws StreamConflict when the stream never stood still
   */
  async execute<Command, State, Event extends Fact, Code extends string>(
    context: EventContext,
    execution: Execution<Command, State, Event, Code>,
  ): Promise<Outcome<State, Code>> {
    const { decider, stream, beforehand, alongside } = execution;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.transaction(context, async (unit) => {
          const { decision, state, revision } = await this.decide(unit, execution);
          if ('rejected' in decision) return decision;
          if (decision.events.length > 0) await beforehand?.(unit);
          const events = await unit.append({ stream, expected: revision, facts: decision.events });
          await alongside?.(unit, events);
          return {
            events,
            state: decision.events.reduce((before, event) => decider.evolve(before, event), state),
          };
        });
      } catch (error) {
        if (!(error instanceof StreamConflict) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}
