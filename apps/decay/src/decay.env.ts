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
  LOAM_DECAY_GRACE_DAY_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(86_400)
    .describe("how long a day of a policy's waiting times lasts, in seconds; less only to try a policy out"),
});
