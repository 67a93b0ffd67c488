import type { z } from 'zod';
import { publishSkill, type skillSchema } from '@loam/contracts/http/registry';
import type { publishMetadataSchema } from '@loam/contracts/registry';
import type { Client } from './remote/client';

interface Publication {
  readonly skill: z.output<typeof skillSchema>;
  /** The version was there already, with the same content. */
  readonly unchanged: boolean;
}

/** Publishes one packed bundle. */
export async function publishBundle(
  client: Client,
  metadata: z.input<typeof publishMetadataSchema>,
  bundle: Uint8Array,
): Promise<Publication> {
  const { value, headers } = await client.exchange(publishSkill, { body: metadata, bundle });
  return { skill: value, unchanged: headers.get('x-loam-unchanged') === 'true' };
}
