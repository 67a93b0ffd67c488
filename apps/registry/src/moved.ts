import type { Fact } from '@loam/contracts/define';
import type { Item } from '@loam/contracts/skill';
import type { EventStore, EventContext } from '@loam/event-store';
import type { Decider, Rejection } from '@loam/kernel';
import { z } from 'zod';
import { latestOf } from './select-version.rules';
import { candidatesOf, skillEvents, skillStream, type SkillEvent, type SkillState } from './skill.stream';

interface Moved {
  readonly slug: string;
  /** Those that changed. */
  readonly versions: string[];
  readonly latest: string | null;
  readonly state: SkillState;
}

const changed = z.union([
  z.object({ versions: z.array(z.string()) }),
  z.object({ versions: z.array(z.object({ version: z.string() })) }),
  z.object({ version: z.string() }),
]);

const versionsOf = ({ data }: Pick<Fact, 'data'>): string[] => {
  const of = changed.parse(data);
  return 'version' in of
    ? [of.version]
    : of.versions.map((each) => (typeof each === 'string' ? each : each.version));
};

/** Executes a command on an item that moves versions about, and tells what the catalog shows in consequence. */
export async function moveVersions<Command extends Item, Code extends string>(
  store: EventStore,
  context: EventContext,
  command: Command,
  decider: Decider<Command, SkillState, SkillEvent, Code>,
  alongside?: Parameters<typeof store.execute<Command, SkillState, SkillEvent, Code>>[1]['alongside'],
): Promise<Moved | Rejection<Code>> {
  const outcome = await store.execute(context, {
    ...{ stream: skillStream(context.tenant, command), events: skillEvents, decider, command },
    ...(alongside === undefined ? {} : { alongside }),
  });
  if ('rejected' in outcome) return outcome;
  const { state, events } = outcome;
  return {
    slug: command.slug,
    versions: events.flatMap(versionsOf),
    latest: latestOf(candidatesOf(state), state.channels) ?? null,
    state,
  };
}
