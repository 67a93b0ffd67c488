import type { EventContext, EventStore } from '@loam/event-store';
import { NO_STREAM } from '@loam/event-store';
import type { Decider, Rejection } from '@loam/kernel';
import { projectEvents, projectStream, type ProjectEvent, type ProjectState } from './project.stream';
import type { Tx } from '@loam/database';

interface Change<Command, Code extends string> {
  readonly slug: string;
  readonly decider: Decider<Command, ProjectState, ProjectEvent, Code>;
  /** May read what else the decision depends on; no project of the tenant changes meanwhile. */
  readonly command: (tx: Tx) => Promise<Command> | Command;
}

/**
 * Decides about a project and appends that. The projects of a tenant change one after the other: a git remote belongs
 * to one of them, which no stream of one project can tell.
 */
export function changeProjects<Command, Code extends string>(
  store: EventStore,
  context: EventContext,
  { slug, decider, command }: Change<Command, Code>,
): Promise<{ readonly state: ProjectState } | Rejection<Code>> {
  return store.transaction(context, async (unit) => {
    await unit.tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `projects ${context.tenant}`,
    ]);
    const stream = projectStream(context.tenant, slug);
    const history = await unit.readStream(stream);
    const state = history.reduce(
      (before, { type, data }) => decider.evolve(before, projectEvents.parse({ type, data })),
      decider.initial,
    );
    const decision = decider.decide(await command(unit.tx), state);
    if ('rejected' in decision) return decision;
    const expected = history.at(-1)?.revision ?? NO_STREAM;
    await unit.append({ stream, expected, facts: decision.events });
    return { state: decision.events.reduce((before, event) => decider.evolve(before, event), state) };
  });
}
