import { z } from 'zod';

const roundSchema = z.object({
  /** Operations per second of the closed loop. */
  rate: z.number(),
  ...{ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() },
  /** Whether the latencies are of the open loop. */
  openLoop: z.boolean(),
  /** µs per operation by process tree. */
  cpu: z.record(z.string(), z.number()),
  walBytes: z.number().optional(),
  commits: z.number().optional(),
  loopDelayMs: z.number().optional(),
  peakMiB: z.number(),
  /** How long a fixed piece of work took before the round, and a write of 4 KiB with its sync. */
  ...{ spinMs: z.number(), syncMicroseconds: z.number() },
  frames: z.record(z.string(), z.array(z.object({ where: z.string(), share: z.number() }))).optional(),
});

const targetSchema = z.object({
  id: z.string(),
  metric: z.enum(['rate', 'cpu', 'p50', 'p99', 's', 'MiB', 'per second', 'pages', 'statements', 'heap']),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  /** A shape that noise cannot fake: it is asked for on any machine and at any size. */
  law: z.literal(true).optional(),
});

const resultSchema = z.object({
  group: z.string(),
  minutes: z.number(),
  cases: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['ours', 'reference', 'limit']),
      ...{ clients: z.int(), openRate: z.number(), rounds: z.array(roundSchema) },
    }),
  ),
  /** Figures with targets; ratios are taken within each round. */
  verdicts: z.array(
    z.object({
      id: z.string(),
      ...{ median: z.number(), low: z.number(), high: z.number() },
      ...{ target: targetSchema, reached: z.boolean() },
      /** The cases that it comes of; none for a figure that is no case's. */
      ...{ of: z.string().optional(), to: z.string().optional() },
    }),
  ),
  /** What was wrong or lost, and so has no figures. */
  voids: z.array(z.object({ name: z.string(), reason: z.string() })),
  skipped: z.string().optional(),
});

/** A whole run, as it is written to a file after each group: every round of every case. */
export const runSchema = z.object({
  schema: z.literal(1),
  machine: z.object({
    ...{ commit: z.string(), at: z.string(), cores: z.int(), memoryGiB: z.number(), node: z.string() },
    syncMicroseconds: z.number(),
  }),
  params: z.object({ size: z.enum(['ci', 'full']), rounds: z.int(), seconds: z.number() }),
  results: z.array(resultSchema),
});

export type Round = z.output<typeof roundSchema>;
export type Run = z.output<typeof runSchema>;
/** What became of one group. */
export type Result = z.output<typeof resultSchema>;
export type Measured = Result['cases'][number];
/** A figure that has a target; lowest and highest over the rounds. */
export type Verdict = Result['verdicts'][number];
/** What a figure has to be. */
export type Target = Readonly<z.output<typeof targetSchema>>;
