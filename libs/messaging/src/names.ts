import type { EventDefinition } from '@loam/contracts/define';
import { serviceNameSchema, type ServiceName } from '@loam/contracts/operations';

/** The only place where the names of streams, consumers and their subjects are made. */

export const streamOf = (publisher: ServiceName): string => `EVT_${publisher.toUpperCase()}`;

export const subjectsOf = (publisher: ServiceName): string => `evt.${publisher}.>`;

/** The service that publishes an event: the first part of its name. */
export const publisherOf = (definition: EventDefinition): ServiceName =>
  serviceNameSchema.parse(definition.name.split('.')[0]);

const SLICE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Slices become parts of subjects and consumer names, where dots and wildcards mean something. */
export function assertSlice(slice: string): void {
  if (!SLICE.test(slice)) throw new Error(`a slice is named in kebab case, not "${slice}"`);
}

export const durableOf = (service: ServiceName, slice: string): string => `${service}--${slice}`;

export const DEAD_LETTERS = 'DLQ';

export const deadLetterSubject = (service: ServiceName, slice: string): string => `dlq.${service}.${slice}`;
