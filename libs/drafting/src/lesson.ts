import { z } from 'zod';

const step = z.object({
  kind: z.enum(['command', 'file']),
  /** The command as it was given, or the file's path from the root of the project. */
  what: z.string().min(1).max(2_000),
  /** What came of it, or what was changed. */
  how: z.string().max(2_000),
});

const place = z.object({ uuid: z.string(), offset: z.number() });

/** A record and which statement it supports; `command`: one whose end is not known, or that was not allowed. */
export const supportSchema = place.extend({
  claim: z.enum(['problem', 'failed', 'showed', 'worked', 'file', 'why', 'command']),
});
export type Support = z.output<typeof supportSchema>;

/**
 * Something that a reviewer must see before anything else. It goes on only once a reviewer says that they have seen it.
 * `instructions`: a text of the session gives orders to whoever reads it; it was left out. `unsafe`: the safety rules
 * object to the draft. `unsupported`: the draft names a command that did not run in the session.
 */
const flag = z.object({
  kind: z.enum(['instructions', 'unsafe', 'unsupported']),
  message: z.string(),
  records: z.array(place),
});
export type Flag = z.output<typeof flag>;

/** What a session teaches, before it is written as a skill. JSON. */
export const lessonSchema = z.object({
  title: z.string().min(1).max(200),
  problem: z.string().max(4_000),
  failed: z.array(step).max(8),
  /** Commands that showed the cause. */
  showed: z.array(z.string().max(2_000)).max(4),
  worked: z.array(step).max(12),
  why: z.string().max(4_000),
  scope: z.enum(['language', 'framework', 'tool', 'general']),
  /** The records that support it. */
  evidence: z.array(supportSchema).max(60),
  flags: z.array(flag),
});
export type Lesson = z.output<typeof lessonSchema>;
/** A command or a change of a file, and what came of it. */
export type Step = z.output<typeof step>;
