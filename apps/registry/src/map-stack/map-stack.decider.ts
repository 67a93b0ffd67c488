import { StackMapped, StackUnmapped } from '@loam/contracts/projects';
import { slugSchema } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import { evolveStacks, mappingKey, type Mapping, type StackEvent, type StacksState } from '../stacks.stream';

const base = { initial: new Set<string>(), evolve: evolveStacks };

/** The skill need not exist yet. */
export const mapStack: Decider<Mapping, StacksState, StackEvent, 'slug-invalid'> = {
  ...base,
  decide: (mapping, state) => {
    if (!slugSchema.safeParse(mapping.skill).success)
      return reject('slug-invalid', `${mapping.skill} is no slug.`, '/skill');
    return state.has(mappingKey(mapping)) ? accept() : accept({ type: StackMapped.name, data: mapping });
  },
};

export const unmapStack: Decider<Mapping, StacksState, StackEvent, 'mapping-not-found'> = {
  ...base,
  decide: (mapping, state) =>
    state.has(mappingKey(mapping))
      ? accept({ type: StackUnmapped.name, data: mapping })
      : reject('mapping-not-found', `${mapping.skill} is not mapped to ${mapping.stack}.`),
};
