import { SessionDeferred } from '@loam/contracts/capture';
import type { DraftFlag } from '@loam/contracts/draft-proposal';
import { fact } from '@loam/contracts/define';
import type { Database } from '@loam/database';
import {
  DrafterAway,
  DrafterRefused,
  configuredDrafter,
  type Drafter,
  type Flag,
  type Usage,
} from '@loam/drafting';
import { GivenUp } from '@loam/jobs';
import type { Clock } from '@loam/kernel';
import { BudgetExhausted, DraftingBudget } from './drafting-budget';
import { outageWait } from './outage-wait.rules';
import type { Step } from './session-step';
import { sessionEvents, sessionStream } from './session.stream';

/** What drafts, and what it may cost. */
export interface Drafting {
  readonly drafter: Drafter;
  /** Absent where drafting costs nothing. */
  readonly budget: DraftingBudget | undefined;
  /** What one call may cost at most. */
  readonly most: { readonly tokens: number; readonly cost: number };
  readonly clock: Clock;
}

/** Asked to wait for longer than this, in ms, a session waits without a job. */
const PATIENCE_MS = 30_000;

/** How long is asked to be left alone, in ms; undefined where the job itself tries again, or gives up. */
function pauseAfter(error: unknown, isLast: boolean): number | undefined {
  if (!(error instanceof DrafterAway)) return undefined;
  const { retryAfterMs = 0, usage } = error.more;
  if (retryAfterMs > PATIENCE_MS) return retryAfterMs;
  // A drafter that did answer, and was paid for it, may never say anything that is of use.
  return isLast && (usage === undefined || spent(usage).tokens === 0) ? retryAfterMs : undefined;
}

const AWAY = 'the drafter is away, or asks to be left alone';

/** How often this round of the session has waited for the drafter already. */
async function waitsOf({ store, context, sessionId, round }: Step): Promise<number> {
  const events = await store.transaction(context, (unit) =>
    unit.readStream(sessionStream(context.tenant, sessionId)),
  );
  return events.filter(({ type, data }) => {
    const event = sessionEvents.parse({ type, data });
    return event.type === SessionDeferred.name && event.data.round === round && event.data.reason === AWAY;
  }).length;
}

const spent = ({ tokensIn, tokensOut, cost }: Usage): { tokens: number; cost: number } => ({
  tokens: tokensIn + tokensOut,
  cost,
});

/** What a call that failed cost, where that is known. */
function usageOf(error: unknown): Usage | undefined {
  if (error instanceof DrafterAway) return error.more.usage;
  return error instanceof DrafterRefused ? error.usage : undefined;
}

/**
 * Lets the drafter do one thing, within the budget of the day.
 * @returns undefined where the session has to wait, which is noted of it
 * @throws GivenUp where trying again does not help
 */
export async function within<T extends { readonly usage: Usage }>(
  { budget, most, clock }: Drafting,
  step: Step,
  name: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  const { context, sessionId } = step;
  try {
    const settle = await budget?.reserve({ tenant: context.tenant, sessionId, step: name, most });
    try {
      const answer = await ask();
      await settle?.(spent(answer.usage));
      return answer;
    } catch (error) {
      // What is not known to have cost nothing may have cost all of it.
      const usage = usageOf(error);
      if (usage !== undefined) await settle?.(spent(usage));
      throw error;
    }
  } catch (error) {
    if (error instanceof BudgetExhausted) return defer(step, error.message, error.until);
    if (error instanceof DrafterRefused) throw new GivenUp(error.message);
    const pause = pauseAfter(error, step.isLast);
    if (pause === undefined) throw error;
    const waits = outageWait(await waitsOf(step), pause, Math.random());
    return defer(step, AWAY, new Date(clock().getTime() + waits).toISOString());
  }
}

async function defer(step: Step, reason: string, until: string): Promise<undefined> {
  const { sessionId, round } = step;
  await step.conclude(['scored', 'waiting'], [fact(SessionDeferred, { sessionId, round, reason, until })]);
}

const flagOf = ({ kind, message }: Flag): DraftFlag => ({
  flag: kind === 'instructions' ? 'prompt-injection' : kind,
  detail: message.slice(0, 500),
});

/** What a drafter flags, each once, as a draft tells it to its reviewer. */
export const flagsOf = (flags: readonly Flag[]): DraftFlag[] => [
  ...new Map(flags.map(flagOf).map((flag) => [`${flag.flag} ${flag.detail}`, flag])).values(),
];

/** What says which drafter drafts, and what it may cost. */
type DraftingConfig = Parameters<typeof configuredDrafter>[0] &
  Record<`LOAM_DRAFTER_${'CALL_TOKENS' | 'CALL_USD' | 'TOKENS_PER_DAY' | 'USD_PER_DAY'}`, number>;

/** What drafts by this configuration; the extractive drafter costs nothing. */
export function draftingOf(config: DraftingConfig, database: Database, clock: Clock): Drafting {
  const { LOAM_DRAFTER_TOKENS_PER_DAY: tokens, LOAM_DRAFTER_USD_PER_DAY: cost } = config;
  const isFree = config.LOAM_DRAFTER === 'extractive';
  return {
    drafter: configuredDrafter(config),
    budget: isFree ? undefined : new DraftingBudget(database, { tokens, cost }, clock),
    most: { tokens: config.LOAM_DRAFTER_CALL_TOKENS, cost: config.LOAM_DRAFTER_CALL_USD },
    clock,
  };
}
