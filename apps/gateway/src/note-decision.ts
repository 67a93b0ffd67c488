import type { EventData } from '@loam/contracts/define';
import { fact, factSchema } from '@loam/contracts/define';
import { DeadLetterDecided } from '@loam/contracts/gateway';
import type { EventContext, EventStore } from '@loam/event-store';
import { accept, type Decider } from '@loam/kernel';

const events = factSchema(DeadLetterDecided);

/** Whatever is decided is noted, also when it was decided before: a letter that failed again comes back. */
const noting: Decider<EventData<typeof DeadLetterDecided>, null, ReturnType<typeof events.parse>, never> = {
  initial: null,
  evolve: () => null,
  decide: (decision) => accept(fact(DeadLetterDecided, decision)),
};

/** Keeps who decided what about a dead letter, in the log of the operator's tenant. */
export async function noteDecision(
  store: EventStore,
  context: EventContext,
  decision: EventData<typeof DeadLetterDecided>,
): Promise<void> {
  const stream = `dead-letter:${context.tenant}:${decision.service}/${decision.letterId}`;
  await store.execute(context, { stream, events, decider: noting, command: decision });
}
