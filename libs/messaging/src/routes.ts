import type { EventDefinition, RequestDefinition } from '@loam/contracts/define';

/** What the decorators leave on a handler for the transport; found by class, because Nest hands it on untyped. */
export class RequestRoute {
  constructor(readonly definition: RequestDefinition) {}
}

export class EventRoute {
  constructor(
    readonly definition: EventDefinition,
    readonly slice: string,
    /** Whether the handler takes several events at once. */
    readonly together: boolean,
  ) {}
}

/** A handler as Nest wraps it. Its promise is already drained and rejects with what was thrown. */
export type Handle = (message: unknown, surroundings: unknown) => Promise<unknown>;

export interface BoundRequest {
  readonly definition: RequestDefinition;
  readonly handle: Handle;
}

export interface BoundEvent {
  readonly definition: EventDefinition;
  readonly slice: string;
  readonly together: boolean;
  readonly handle: Handle;
}
