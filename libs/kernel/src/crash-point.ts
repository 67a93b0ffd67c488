/**
 * The named steps between which a process may die. Tests end a process at each of them; the list is closed, so that
 * a new step is a new line here and a new case there.
 */
export const crashPoints = [
  'upload.staged',
  'publish.read',
  'publish.stored',
  'append.before-commit',
  'append.committed',
  'publish.unstaged',
  'relay.published',
  'relay.checkpointed',
  'consume.before-commit',
  'consume.committed',
  'transcript.stored',
  'session.redacted',
  'session.scored',
  'lesson.kept',
  'draft.composed',
  'draft.handed-in',
  'draft.stored',
  'draft.rewritten',
  'promotion.rewritten',
  'promotion.staged',
  'promotion.answered',
  'sweep.batch',
  'job.done',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

const target = process.env['LOAM_CRASH_AT'];

/** Ends this process as a power cut would, where `LOAM_CRASH_AT` names the step. Elsewhere it does nothing. */
export function crashPoint(name: CrashPoint): void {
  if (name === target) process.kill(process.pid, 'SIGKILL');
}
