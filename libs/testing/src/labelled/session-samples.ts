import { z } from 'zod';
import { type Part, readPart } from './files';
import { filled, fillSchema } from './fill';
import { stepSchema, transcriptOf } from './session-transcript';

/** A session as its client wrote it, and what should come of it. */
export interface SessionSample {
  readonly id: string;
  readonly class: string;
  readonly part: Part;
  /** JSON lines, as Claude Code writes them. */
  readonly transcript: string;
  /** Whether it holds a lesson that is worth a draft. */
  readonly keep: boolean;
  /** What a draft must name: the command or the file that failed, what made it work, and what else. */
  readonly names: readonly string[];
  /** What a draft may not hold: secrets, personal data, orders to whoever reads it. */
  readonly never: readonly string[];
  /** Whether something in it tries to steer whoever writes or reads the draft. */
  readonly flagged: boolean;
  /** What a client knows beside the transcript. */
  readonly sessionsAlike?: number | undefined;
}

const CLASSES = [
  'test-recovery',
  'edit-retries',
  'explicit-marker',
  'denied',
  'nothing',
  'injection',
  'secrets',
] as const;

const fileSchema = z.strictObject({
  sessions: z.array(
    z.strictObject({
      id: z.string(),
      class: z.enum(CLASSES),
      keep: z.boolean(),
      failing: z.string().optional(),
      working: z.string().optional(),
      names: z.array(z.string()).default([]),
      never: z.array(z.string()).default([]),
      flagged: z.boolean().default(false),
      surroundings: z.strictObject({ sessionsAlike: z.int() }).optional(),
      fill: fillSchema.default({}),
      steps: z.array(stepSchema),
    }),
  ),
});

/** The labelled sessions of one part, with their secrets put in. */
export function loadSessionSamples(part: Part): SessionSample[] {
  return readPart('sessions', part)
    .flatMap((content) => fileSchema.parse(content).sessions)
    .map(({ fill, steps, surroundings, failing, working, ...sample }) => {
      const whole = (text: string): string => filled(text, fill, sample.id);
      const names = [failing, working, ...sample.names].filter((name) => name !== undefined);
      return {
        ...{ ...sample, part, names, never: sample.never.map(whole) },
        ...{ sessionsAlike: surroundings?.sessionsAlike, transcript: transcriptOf(steps, sample.id, whole) },
      };
    });
}
