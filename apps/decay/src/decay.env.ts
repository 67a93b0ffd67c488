import { z } from 'zod';

/** What decay reads besides what every service reads. */
export const decayEnvironment = z.object({
  LOAM_DECAY_SWEEP_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_592_000)
    .default(86_400)
    .describe('how often the items of every tenant are swept, in seconds; 0 is never'),
});
