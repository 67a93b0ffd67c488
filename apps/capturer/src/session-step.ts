import { z } from 'zod';
import { sessionStatusSchema, type SessionStatus } from '@loam/contracts/capture';
import type { BlobStore } from '@loam/blobs';
import type { EventContext, EventStore, UnitOfWork } from '@loam/event-store';
import { GivenUp, Interrupted, type JobRun, type Jobs } from '@loam/jobs';
import { capturerJobs } from './capturer.jobs';
import { failure, judgeSession, type Judgement } from './judge-session.decider';
import { sessionEvents, sessionStream, type SessionEvent } from './session.stream';

export type SessionJob = 'redactSession' | 'scoreSession' | 'extractLesson' | 'composeDraft' | 'handInDraft';

/** A round of a session: what every step of its judgement is about. */
export interface Round {
  readonly sessionId: string;
  readonly round: number;
  /** Tells apart the times that a session was let go on after a wait. */
  readonly again?: string | undefined;
}

export interface StepParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly jobs: Jobs<typeof capturerJobs>;
}

const rowSchema = z.object({
  status: sessionStatusSchema,
  round: z.int(),
  author: z.string(),
  person: z.string(),
});
export type SessionRow = z.output<typeof rowSchema>;

/** One attempt at one step of the judgement of a session. */
export interface Step extends StepParts, Round {
  readonly context: EventContext;
  readonly session: SessionRow;
  readonly signal: AbortSignal;
  /** What this attempt fails with is what the step is given up for. */
  readonly isLast: boolean;
  /** Appends what the step came to, if it still counts, with what it owes next, in one commit. */
  conclude(
    from: readonly SessionStatus[],
    facts: readonly SessionEvent[],
    alongside?: (unit: UnitOfWork) => Promise<void>,
  ): Promise<void>;
  /** Owes the next step, once for this round and wait. */
  owe(unit: UnitOfWork, next: SessionJob): Promise<void>;
}

const FIND = `SELECT status, round, author, person FROM sessions
  WHERE tenant_id = current_setting('loam.tenant')::uuid AND id = $1`;

/**
 * Makes a job of a step. It is left out where the session went on meanwhile, or has come further; what its last
 * attempt fails with is noted of the session before the job becomes a dead letter.
 */
export const sessionStep =
  (parts: StepParts, name: SessionJob, from: readonly SessionStatus[], take: (step: Step) => Promise<void>) =>
  async ({ sessionId, round, again }: Round, run: JobRun): Promise<void> => {
    const { store, jobs } = parts;
    const { tenant } = run;
    if (tenant === null) throw new Error('a session belongs to a tenant');
    const context: EventContext = {
      ...{ ...run.context, tenant, actor: { type: 'service', id: 'capturer' } },
    };
    const [row] = await store.database.tenant(tenant, (tx) => tx.query<unknown[]>(FIND, [sessionId]));
    if (row === undefined) return;
    const session = rowSchema.parse(row);
    // A dead letter that is tried again goes on where its session was given up on.
    if (session.round !== round || ![...from, 'failed'].includes(session.status)) return;
    const isLast = run.attempt >= capturerJobs[name].attempts;
    const judge = async (
      judgement: Judgement,
      alongside?: (unit: UnitOfWork) => Promise<void>,
    ): Promise<void> => {
      await store.execute(context, {
        ...{ stream: sessionStream(tenant, sessionId), events: sessionEvents, decider: judgeSession },
        command: judgement,
        alongside: async (unit, events) => {
          if (events.length > 0) await alongside?.(unit);
        },
      });
    };
    try {
      await take({
        ...{ ...parts, sessionId, round, context, session, signal: run.signal, isLast },
        conclude: (where, facts, alongside) => judge({ round, from: [...where, 'failed'], facts }, alongside),
        owe: (unit, next) => {
          const key = [`${sessionId}/${String(round)}`, ...(again === undefined ? [] : [again])].join('@');
          return jobs.intend(unit, next, key, { sessionId, round, again });
        },
      });
    } catch (error) {
      const isOver = isLast || error instanceof GivenUp;
      if (isOver && !(run.signal.reason instanceof Interrupted))
        await judge(failure(sessionId, round, name, error instanceof Error ? error.message : String(error)));
      throw error;
    }
  };
