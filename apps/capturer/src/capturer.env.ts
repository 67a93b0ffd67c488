import { thresholds } from '@loam/capture';
import { drafterEnvironment } from '@loam/drafting';
import { z } from 'zod';

const whole = (least: number, most: number, usual: number, description: string) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(most)
    .default(usual)
    .describe(`${description}, ${String(least)} to ${String(most)}`);

const dollars = (usual: number, description: string) =>
  z.coerce.number().min(0).max(100_000).default(usual).describe(`${description}, 0 to 100000`);

/** What capturer reads besides what every service reads. */
export const capturerEnvironment = z.object({
  LOAM_SESSION_IDLE_SECONDS: whole(
    1,
    604_800,
    1800,
    'after how many seconds without a word a session has ended',
  ),
  LOAM_SESSION_CLOSE_SECONDS: whole(
    1,
    3600,
    30,
    'how often sessions that have ended are looked for, in seconds',
  ),
  LOAM_DRAFT_SCORE: whole(1, 10_000, thresholds.queue, 'from which score on a lesson is looked for'),
  ...drafterEnvironment,
  LOAM_DRAFTER_CALL_TOKENS: whole(
    1,
    1_000_000,
    30_000,
    'how many tokens of the budget one call of a model sets aside',
  ),
  LOAM_DRAFTER_CALL_USD: dollars(0.25, 'how many US dollars of the budget one call of a model sets aside'),
  LOAM_DRAFTER_TOKENS_PER_DAY: whole(
    0,
    1_000_000_000,
    1_000_000,
    'how many tokens of models a tenant may use per day',
  ),
  LOAM_DRAFTER_USD_PER_DAY: dollars(10, 'how many US dollars of models a tenant may use per day'),
  LOAM_TRANSCRIPT_MB: whole(1, 4096, 256, 'how much transcript one session may upload, in MB'),
  LOAM_TRANSCRIPT_DAYS: whole(1, 365, 7, 'how many days transcripts are kept'),
  LOAM_CAPTURE_DAYS: whole(1, 365, 30, 'how many days what was captured is kept and known again by its id'),
  LOAM_CAPTURE_SWEEP_SECONDS: whole(
    ...([1, 86_400, 3600] as const),
    'how often transcripts, captures and objects that nothing refers to are swept, in seconds',
  ),
  LOAM_CAPTURE_GRACE_SECONDS: whole(
    ...([1, 86_400, 3600] as const),
    'how old an object that nothing refers to must be to be swept, longer than any step takes, in seconds',
  ),
});
export type CapturerConfig = z.output<typeof capturerEnvironment>;
