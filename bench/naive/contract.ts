import { z } from 'zod';

/** An event as callers send it. */
export const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().max(512),
  type: z.enum(['loam.usage.view', 'loam.usage.download']),
  time: z.iso.datetime(),
  data: z.object({ skill: z.string().min(1).max(256), version: z.string().max(64) }),
});
export type UsageEvent = z.output<typeof eventSchema>;

/** What the gateway asks telemetry to record. Disjoint from every subject of a stream. */
export const RECORD = 'cmd.usage.record';

export interface RecordUsage {
  readonly tenant: string;
  readonly token: string;
  readonly events: readonly UsageEvent[];
}

export type Recorded = readonly ('recorded' | 'conflict')[];

const environmentSchema = z.object({
  DATABASE_URL: z.string(),
  NATS_URL: z.string(),
  PORT: z.coerce.number(),
});

/** Where the two processes find what they need. */
export const settings = () => environmentSchema.parse(process.env);

/** Tells the launcher that the process is ready. */
export const isReady = (): void => {
  process.send?.('ready');
};
