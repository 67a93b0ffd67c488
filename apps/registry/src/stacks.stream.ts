import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { StackMapped, StackUnmapped } from '@loam/contracts/projects';

/** The stream of what a tenant recommends by hand. */
export const stacksStream = (tenant: string): string => `stacks:${tenant}`;

export const stackEvents = z.union([factSchema(StackMapped), factSchema(StackUnmapped)]);
export type StackEvent = z.output<typeof stackEvents>;

export interface Mapping {
  readonly stack: string;
  readonly skill: string;
}

/** The mappings, by their keys. */
export type StacksState = ReadonlySet<string>;

export const mappingKey = ({ stack, skill }: Mapping): string => `${skill} ${stack}`;

export function evolveStacks(state: StacksState, { type, data }: StackEvent): StacksState {
  const next = new Set(state);
  if (type === StackMapped.name) next.add(mappingKey(data));
  else next.delete(mappingKey(data));
  return next;
}
