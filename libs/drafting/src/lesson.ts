import { z } from 'zod';

const step = z.object({
  kind: z.enum(['command', 'file']),
  /** The command as it was given, or the file's path from the root of the project. */
  what: z.string().min(1).max(2_000),
  /** What came of it, or what was changed. */
  how: z.string().max(2_000),
});

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
  evidence: z.array(z.object({ uuid: z.string(), offset: z.number() })).max(60),
});
export type Lesson = z.output<typeof lessonSchema>;
/** A command or a change of a file, and what came of it. */
export type Step = z.output<typeof step>;
