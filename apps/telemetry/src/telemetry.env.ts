import { z } from 'zod';

export const telemetryEnvironment = z.object({
  LOAM_RETENTION_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(604_800)
    .default(21_600)
    .describe('how often facts of use that are older than wanted are archived, in seconds, 1 to 604800'),
  LOAM_USAGE_PUBLISH_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(3_600_000)
    .default(10_000)
    .describe(
      'how often the use of skills is published, in ms, 10 to 3600000; up to six times as late under load',
    ),
});
