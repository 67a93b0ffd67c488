import { z } from 'zod';
import { defineJob, type JobCatalog } from '@loam/jobs';

/** What the gateway owes itself. */
export const gatewayJobs = {
  deliverWebhook: defineJob('deliver-webhook', z.object({ deliveryId: z.uuid() }), {
    summary: 'Tells the address of a webhook of an event, for up to three days.',
    attempts: 18,
    backoffMs: 2000,
    timeoutMs: 30_000,
    // They wait for strangers, some of whom never answer.
    concurrency: 64,
  }),
  sweepDeliveries: defineJob('sweep-deliveries', z.object({}), {
    summary: 'Forgets deliveries of webhooks that are older than 30 days.',
    attempts: 3,
    backoffMs: 5000,
    timeoutMs: 600_000,
  }),
} satisfies JobCatalog;
