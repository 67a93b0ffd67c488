import { z } from 'zod';
import { embeddingsEnvironment } from '@loam/embeddings';
import { isAllowList } from '@loam/outbound';

const seconds = (least: number, description: string, usual = 3600) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(2_592_000)
    .default(usual)
    .describe(`${description}, in seconds, ${least} to 2592000`);

/** What registry reads besides what every service reads. */
export const registryEnvironment = z.object({
  LOAM_MIRROR_DIR: z.string().optional().describe('the folder for git mirrors of the catalogs'),
  LOAM_MIRROR_REMOTE: z.string().optional().describe('a git repository that mirrors are pushed to'),
  LOAM_EXPORT_SECONDS: seconds(1, 'how long the archive of an export is kept').default(86_400),
  LOAM_FETCH_ALLOW: z
    .string()
    .refine(isAllowList)
    .default('')
    .describe('hosts, addresses and CIDR ranges that may be fetched from besides the public internet'),
  ...embeddingsEnvironment,
  LOAM_INDEX_SECONDS: seconds(1, 'how often items whose text is not indexed are looked for', 600),
  LOAM_SEARCH_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(16)
    .max(65_536)
    .default(1024)
    .describe('how much memory the indexes of the search may take, in MB, 16 to 65536'),
  LOAM_RESCAN_SECONDS: seconds(1, 'how often versions that other rules judged, or none, are looked for', 30),
  LOAM_PLAN_REFRESH_SECONDS: seconds(1, 'how often plans that are due are looked for', 60),
  LOAM_POPULAR_USES: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .describe('from how many uses in 90 days on others may not publish names that look alike'),
  LOAM_SWEEP_SECONDS: seconds(1, 'how often the object store is swept'),
  LOAM_SWEEP_GRACE_SECONDS: seconds(
    1,
    'how old an object that nothing refers to must be to be swept, longer than any publish takes',
  ),
});
