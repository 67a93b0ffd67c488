import { z } from 'zod';
import { defineOperation, type RequestDefinition } from './define';

export const serviceNameSchema = z.enum(['gateway', 'registry', 'telemetry', 'capturer', 'decay']);
export type ServiceName = z.output<typeof serviceNameSchema>;
export const serviceNames: readonly ServiceName[] = serviceNameSchema.options;

/** Something that was given up on: a message after its last delivery, or a job after its last attempt. */
export const deadLetterSchema = z
  .object({
    service: serviceNameSchema,
    id: z.string(),
    source: z.enum(['event', 'job']),
    /** The consumer or queue that gave up. */
    name: z.string(),
    reason: z.string(),
    attempts: z.int(),
    failedAt: z.iso.datetime(),
    tenant: z.uuid().nullable(),
    traceId: z.string().nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.output<typeof deadLetterSchema>;

export const deadLetterDetailSchema = deadLetterSchema
  .extend({ stack: z.string().nullable(), payload: z.unknown() })
  .meta({ id: 'DeadLetterDetail' });
export type DeadLetterDetail = z.output<typeof deadLetterDetailSchema>;

/** A row that differs between a live table and the one rebuilt from the log. */
export const replayDifferenceSchema = z
  .object({
    table: z.string(),
    /** The primary key of the row. */
    key: z.record(z.string(), z.unknown()),
    /** `missing`: only rebuilt. `unexpected`: only live. `different`: both, with other values. */
    difference: z.enum(['missing', 'unexpected', 'different']),
    columns: z.array(z.string()),
  })
  .meta({ id: 'ReplayDifference' });
export type ReplayDifference = z.output<typeof replayDifferenceSchema>;

export const replayCheckSchema = z
  .object({
    id: z.string(),
    service: serviceNameSchema,
    status: z.enum(['running', 'done', 'failed']),
    /** Facts read so far (events of the log, or rows of the fact tables), and in all. */
    progress: z.object({ done: z.int(), total: z.int() }),
    tables: z.array(z.object({ table: z.string(), rows: z.int() })),
    /** How many rows differ in all; `differences` lists the first 1,000. */
    differing: z.int(),
    differences: z.array(replayDifferenceSchema),
    error: z.string().nullable(),
  })
  .meta({ id: 'ReplayCheck' });
export type ReplayCheck = z.output<typeof replayCheckSchema>;

const deadLetterRef = z.object({ id: z.string() });

const operationsOf = (service: ServiceName) => ({
  listDeadLetters: defineOperation(`${service}.list-dead-letters`, 1, {
    summary: 'What was given up on, newest first.',
    scope: 'platform:admin',
    input: z.object({ limit: z.int().min(1).max(1000) }),
    output: z.array(deadLetterSchema),
  }),
  showDeadLetter: defineOperation(`${service}.show-dead-letter`, 1, {
    summary: 'One dead letter with its payload and stack.',
    scope: 'platform:admin',
    input: deadLetterRef,
    output: deadLetterDetailSchema,
    problems: ['dead-letter-not-found'],
  }),
  redriveDeadLetter: defineOperation(`${service}.redrive-dead-letter`, 1, {
    summary: 'Try it again. Its effect happens once, however often this is asked.',
    scope: 'platform:admin',
    input: deadLetterRef,
    output: z.object({}),
    problems: ['dead-letter-not-found', 'redrive-failed'],
  }),
  discardDeadLetter: defineOperation(`${service}.discard-dead-letter`, 1, {
    summary: 'Forget it.',
    scope: 'platform:admin',
    input: deadLetterRef,
    output: z.object({}),
    problems: ['dead-letter-not-found'],
  }),
  startReplayCheck: defineOperation(`${service}.start-replay-check`, 1, {
    summary: 'Rebuild every table from the log beside the live ones and compare row by row.',
    scope: 'platform:admin',
    input: z.object({}),
    output: replayCheckSchema,
  }),
  getReplayCheck: defineOperation(`${service}.get-replay-check`, 1, {
    summary: 'How far a replay check is, and what it found.',
    scope: 'platform:admin',
    input: z.object({ id: z.string() }),
    output: replayCheckSchema,
    problems: ['replay-check-not-found'],
  }),
});

/** The operator's calls, which every service answers for itself. */
export const operations = {
  gateway: operationsOf('gateway'),
  registry: operationsOf('registry'),
  telemetry: operationsOf('telemetry'),
  capturer: operationsOf('capturer'),
  decay: operationsOf('decay'),
} satisfies Record<ServiceName, Record<string, RequestDefinition>>;
