import { SweepCompleted, type SweepCounts } from '@loam/contracts/decay';
import { fact } from '@loam/contracts/define';
import { itemSchema, type Kind } from '@loam/contracts/skill';
import type { Tx } from '@loam/database';
import {
  NO_STREAM,
  StreamConflict,
  type Append,
  type EventContext,
  type EventStore,
  type UnitOfWork,
} from '@loam/event-store';
import { crashPoint, type Clock } from '@loam/kernel';
import type { Jobs } from '@loam/jobs';
import type { decayJobs } from '../decay.jobs';
import { FIRST, lookAfter } from '../inputs.queries';
import { readPolicy, readPolicyVersion } from '../policies.queries';
import { silencesBefore } from '../silences.queries';
import { rulebookOf, type Looked } from '../verdict.rules';
import { ArchiveRequested, vitalsStream } from '../vitals.stream';
import { whyNot } from './why-not';
import { transitionOf, type Law, type Transition } from './transition.rules';

interface SweeperParts {
  readonly store: Pick<EventStore, 'transaction' | 'database'>;
  readonly jobs: Pick<Jobs<typeof decayJobs>, 'intend'>;
  readonly clock: Clock;
  /** How many items one transaction looks at. */
  readonly batch?: number;
  /** How long a day of a policy's waiting times lasts. */
  readonly graceDayMs?: number;
}

/** How far a sweep is; `kind` and `slug` are those of the last item that was looked at. */
interface Progress extends SweepCounts {
  readonly at: Date;
  readonly policy_version: number;
  readonly kind: Kind;
  readonly slug: string;
}

/** The items after a place. */
interface Batch {
  readonly after: Pick<Progress, 'kind' | 'slug'>;
  readonly looked: readonly Looked[];
}

/** Somebody else swept this part meanwhile: nothing of ours was written. */
class Overtaken extends Error {}

const ATTEMPTS = 20;
const BATCH = 1000;
const DAY_MS = 86_400_000;
const NONE: SweepCounts = { examined: 0, flagged: 0, cleared: 0, notified: 0, archived: 0 };
const OWN = "tenant_id = current_setting('loam.tenant')::uuid AND id = $1";

/**
 * Sweeps a tenant: looks at every live item in the order of kind and slug, a batch per transaction, which also notes
 * how far it is. Whoever takes a sweep up again goes on there and at the same time, and of two that do the same batch
 * one writes nothing: the note must be as it was found, and so must the stream of each item. While a batch is judged and
 * written, the next one is read: what a sweep writes of an item is no input of another's.
 */
export class Sweeper {
  constructor(private readonly parts: SweeperParts) {}

  async sweep(context: EventContext, id: string, signal: AbortSignal): Promise<void> {
    if (!(await this.begin(context, id))) return;
    const law = await this.lawOf(context, id);
    let ahead: Promise<Batch | null> = Promise.resolve(null);
    for (let conflicts = 0; law !== null;) {
      signal.throwIfAborted();
      try {
        const { store } = this.parts;
        // Waited for outside of a transaction: who holds one connection waits for no other.
        const ready = await ahead;
        ahead = Promise.resolve(null);
        const isOver = await store.transaction(context, (unit) =>
          this.sweepBatch(unit, id, law, ready, (progress, after) => {
            ahead = this.readAhead(context, law, progress.at, after);
            // Whoever waits for it hears of its failure.
            ahead.catch(() => undefined);
          }),
        );
        crashPoint('sweep.batch');
        if (isOver) return;
        conflicts = 0;
      } catch (error) {
        conflicts += 1;
        const met = error instanceof StreamConflict || error instanceof Overtaken;
        if (!met || conflicts === ATTEMPTS) throw error;
      }
    }
  }

  /** @returns whether there is something to go on with */
  private begin(context: EventContext, id: string): Promise<boolean> {
    const { store, clock } = this.parts;
    return store.transaction(context, async (unit) => {
      const { tx } = unit;
      if (await isSwept(tx, id)) return false;
      if ((await progressOf(tx, id)) !== undefined) return true;
      const at = clock();
      const { version, policy } = await readPolicy(tx);
      const outcome = await whyNot(tx, at, policy.silence_days);
      if (outcome !== null) {
        const data = { id, at: at.toISOString(), outcome, policyVersion: version, ...NONE };
        await unit.append(completed(unit, id, data));
        return false;
      }
      await tx.query(
        `INSERT INTO sweep_progress (tenant_id, id, at, policy_version, kind, slug) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING`,
        [context.tenant, id, at, version, FIRST.kind, FIRST.slug],
      );
      // Another worker may have done all of it since the first look.
      await tx.query(
        `DELETE FROM sweep_progress WHERE ${OWN} AND EXISTS (SELECT 1 FROM sweeps WHERE ${OWN})`,
        [id],
      );
      return true;
    });
  }

  /** What decides in this sweep; null where it is over. */
  private lawOf(context: EventContext, id: string): Promise<Law | null> {
    return this.parts.store.transaction(context, async ({ tx }) => {
      const progress = await progressOf(tx, id);
      if (progress === undefined) return null;
      const set = await readPolicyVersion(tx, progress.policy_version);
      if (set === undefined) throw new Error('a policy that decided is not there');
      const silences = await silencesBefore(tx, progress.at, set.policy.silence_days);
      return { version: set.version, book: rulebookOf(set.policy), silences };
    });
  }

  private async readAhead(
    { tenant }: EventContext,
    { silences }: Law,
    at: Date,
    after: Batch['after'],
  ): Promise<Batch> {
    const { store, batch = BATCH } = this.parts;
    const looked = await store.database.tenant(tenant, (tx) =>
      lookAfter(tx, at, silences, { after, limit: batch }),
    );
    return { after, looked };
  }

  /**
   * @param ready what was read ahead, if it is this batch
   * @param goOn is told of the place that the next batch comes after, as soon as it is known
   * @returns whether the sweep is over
   */
  private async sweepBatch(
    unit: UnitOfWork,
    id: string,
    law: Law,
    ready: Batch | null,
    goOn: (progress: Progress, after: Batch['after']) => void,
  ): Promise<boolean> {
    const { batch = BATCH, graceDayMs = DAY_MS } = this.parts;
    const progress = await progressOf(unit.tx, id);
    if (progress === undefined) return true;
    // Somebody was over with it while its progress was noted anew.
    if (await isSwept(unit.tx, id)) {
      await unit.tx.query(`DELETE FROM sweep_progress WHERE ${OWN}`, [id]);
      return true;
    }
    const isReady = ready?.after.kind === progress.kind && ready.after.slug === progress.slug;
    const looked = isReady
      ? ready.looked
      : await lookAfter(unit.tx, progress.at, law.silences, { after: progress, limit: batch });
    const last = looked.at(-1) ?? progress;
    const isLast = looked.length < batch;
    if (!isLast) goOn(progress, last);
    const moved = looked.flatMap((item) => {
      const transition = transitionOf(item, law, progress.at, graceDayMs);
      return transition === null ? [] : [{ item, transition }];
    });
    const counts = counted(progress, looked.length, moved);
    const end = {
      id,
      at: progress.at.toISOString(),
      outcome: 'done',
      policyVersion: law.version,
      ...counts,
    } as const;
    const appends = moved.map(({ item, transition }): Append => ({
      ...{ stream: vitalsStream(unit.context.tenant, item), expected: item.revision },
      facts: transition.events,
    }));
    // Neighbours of one kind change the tables in one statement.
    appends.sort((one, other) => ordered(one).localeCompare(ordered(other)));
    if (isLast) appends.push(completed(unit, id, end));
    const events = appends.length === 0 ? [] : await unit.append(...appends);
    await keepProgress(unit.tx, id, progress, isLast ? null : { ...counts, last });
    const asked = events.filter(({ type }) => type === ArchiveRequested.name);
    await Promise.all(
      asked.map(({ id: key, data }) =>
        this.parts.jobs.intend(unit, 'archiveItem', key, itemSchema.parse(data)),
      ),
    );
    return isLast;
  }
}

const ordered = ({ facts }: Append): string => facts[0]?.type ?? '';

const completed = (
  { context }: UnitOfWork,
  id: string,
  data: Parameters<typeof fact<typeof SweepCompleted.name, typeof SweepCompleted.schema>>[1],
): Append => ({
  ...{ stream: `sweep:${context.tenant}:${id}`, expected: NO_STREAM },
  facts: [fact(SweepCompleted, data)],
});

function counted(
  before: SweepCounts,
  examined: number,
  moved: readonly { readonly transition: Transition }[],
): SweepCounts {
  const of = (move: keyof SweepCounts & Transition['move']): number =>
    before[move] + moved.filter(({ transition }) => transition.move === move).length;
  return {
    examined: before.examined + examined,
    ...{ flagged: of('flagged'), cleared: of('cleared'), notified: of('notified'), archived: of('archived') },
  };
}

const isSwept = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.query<unknown[]>(`SELECT 1 FROM sweeps WHERE ${OWN}`, [id])).length > 0;

async function progressOf(tx: Tx, id: string): Promise<Progress | undefined> {
  const rows = await tx.query<Progress[]>(
    `SELECT at, policy_version, kind, slug, examined, flagged, cleared, notified, archived FROM sweep_progress WHERE ${OWN}`,
    [id],
  );
  return rows[0];
}

/** @throws Overtaken when the sweep is not where it was found */
async function keepProgress(
  tx: Tx,
  id: string,
  found: Progress,
  next: (SweepCounts & { readonly last: Pick<Looked, 'kind' | 'slug'> }) | null,
): Promise<void> {
  const where = [id, found.kind, found.slug];
  const changed: [unknown[], number] =
    next === null
      ? await tx.query(`DELETE FROM sweep_progress WHERE ${OWN} AND kind = $2 AND slug = $3`, where)
      : await tx.query(
          `UPDATE sweep_progress SET kind = $4, slug = $5, examined = $6, flagged = $7, cleared = $8, notified = $9,
             archived = $10 WHERE ${OWN} AND kind = $2 AND slug = $3`,
          [
            ...[...where, next.last.kind, next.last.slug],
            ...[next.examined, next.flagged, next.cleared, next.notified, next.archived],
          ],
        );
  if (changed[1] !== 1) throw new Overtaken('another worker swept this part');
}
