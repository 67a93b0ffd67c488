import { z } from 'zod';

/** What Redis holds of a job besides its id and counters. */
export const payloadSchema = z.object({
  /** What the definition's schema describes. */
  data: z.unknown(),
  tenant: z.uuid().nullable(),
  /** `null` where a schedule is the cause. */
  correlationId: z.string().nullable(),
  causationId: z.string().nullable(),
  traceparent: z.string().nullable(),
});
export type Payload = z.output<typeof payloadSchema>;

/** What the dead queue holds of a job that was given up on. */
export const deadPayloadSchema = z.object({
  jobId: z.string(),
  /** The job's payload as it was, be it valid or not. */
  payload: z.unknown(),
  reason: z.string(),
  stack: z.string().nullable(),
  attempts: z.int(),
  failedAt: z.iso.datetime(),
});
export type DeadPayload = z.output<typeof deadPayloadSchema>;
