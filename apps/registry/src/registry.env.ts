import { z } from 'zod';

const seconds = (least: number, description: string) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(2_592_000)
    .default(3600)
    .describe(`${description}, in seconds, ${least} to 2592000`);

/** What registry reads besides what every service reads. */
export const registryEnvironment = z.object({
  LOAM_MIRROR_DIR: z.string().optional().describe('the folder for git mirrors of the catalogs'),
  LOAM_MIRROR_REMOTE: z.string().optional().describe('a git repository that mirrors are pushed to'),
  LOAM_SWEEP_SECONDS: seconds(1, 'how often the object store is swept'),
  LOAM_SWEEP_GRACE_SECONDS: seconds(
    1,
    'how old an object that nothing refers to must be to be swept, longer than any publish takes',
  ),
});
