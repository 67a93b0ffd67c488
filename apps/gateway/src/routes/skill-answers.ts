import type { z } from 'zod';
import type { skillSchema } from '@loam/contracts/http/registry';
import type { CatalogEntry } from '@loam/contracts/registry';

/** A catalog entry in skill-pool's spelling; what is not there is left out, as it does. */
export const toSkill = (entry: CatalogEntry): z.output<typeof skillSchema> => ({
  slug: entry.slug,
  version: entry.version,
  description: entry.description,
  ...(entry.whenToUse === null ? {} : { when_to_use: entry.whenToUse }),
  tags: entry.tags,
  status: entry.status,
  created_at: entry.createdAt,
  kind: entry.kind,
});
