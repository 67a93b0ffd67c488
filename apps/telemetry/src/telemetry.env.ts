import { z } from 'zod';

export const telemetryEnvironment = z.object({
  LOAM_USAGE_PUBLISH_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(3_600_000)
    .default(10_000)
    .describe('how often the use of skills is published, in ms, 10 to 3600000'),
});
