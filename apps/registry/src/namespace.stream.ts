import { z } from 'zod';
import { factSchema } from '@loam/contracts/define';
import { NamespaceClaimed, NamespaceReleased } from '@loam/contracts/names';

/** The stream of one namespace of a tenant. */
export const namespaceStream = (tenant: string, prefix: string): string => `namespace:${tenant}:${prefix}`;

export const namespaceEvents = z.union([factSchema(NamespaceClaimed), factSchema(NamespaceReleased)]);
export type NamespaceEvent = z.output<typeof namespaceEvents>;

/** Its owners, sorted; null while it is open. */
export type NamespaceState = readonly string[] | null;

export const evolveNamespace = (_state: NamespaceState, event: NamespaceEvent): NamespaceState =>
  event.type === NamespaceClaimed.name ? event.data.owners : null;
