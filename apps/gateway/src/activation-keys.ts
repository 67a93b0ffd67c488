import { triggerSchema } from '@loam/contracts/telemetry';
import type { Pseudonyms } from './pseudonyms';

interface Told {
  readonly tenant: string;
  /** The id of the tool call. */
  readonly toolUse?: string | null | undefined;
  readonly prompt?: string | null | undefined;
  /** The pseudonym of the session. */
  readonly session?: string | undefined;
  readonly kind: string;
  readonly slug: string;
}

/**
 * The names under which several sources may tell of the same activation of an item: its tool call, and its place in a
 * prompt. Clients choose the ids, so that pseudonyms stand in for them too.
 */
export function activationKeys(
  { tenant, toolUse, prompt, session, kind, slug }: Told,
  pseudonyms: Pseudonyms,
): { keys?: string[] } {
  const item = `${kind}/${slug}`;
  const keys = [
    ...(toolUse == null || toolUse === '' ? [] : [`tool:${pseudonyms.of(tenant, 'call', toolUse)}/${item}`]),
    ...(prompt == null || prompt === '' || session === undefined
      ? []
      : [`prompt:${session}/${pseudonyms.of(tenant, 'prompt', prompt)}/${item}`]),
  ];
  return keys.length === 0 ? {} : { keys };
}

/** What led to a use, in the words that are known; any other is `other`, and is not kept. */
export const triggerOf = (told: string): string => triggerSchema.safeParse(told).data ?? 'other';
