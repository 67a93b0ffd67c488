import type { Output } from '@loam/contracts/define';
import { problems, type Failure } from '@loam/contracts/problems';
import { RecordSignals, type Signal, type SignalResult } from '@loam/contracts/telemetry';
import { FairQueue, uuidv7 } from '@loam/kernel';
import type { Answer, Bus } from '@loam/messaging';
import type { Log } from '@loam/service';

/** Sends one batch to telemetry; one result per use, in the same order. */
export type Send = (uses: Signal[]) => Promise<Answer<Output<typeof RecordSignals>>>;

/** A batch is of many tenants: the gateway asks for itself, and vouches for the tenant of each use. */
export const sendTo =
  (bus: Bus): Send =>
  (uses) =>
    bus.request(
      RecordSignals,
      { signals: uses },
      {
        identity: { tenant: null, actor: { type: 'service', id: 'gateway' }, scopes: ['telemetry:write'] },
        correlationId: uuidv7(),
      },
    );

/** The uses of one request. */
interface Waiting {
  readonly uses: readonly Signal[];
  readonly settle: (answer: Answer<readonly SignalResult[]>) => void;
}

/** How long the first use of a batch waits for others at least and at most, in ms. */
const [WINDOW_MS, LONGEST_WINDOW_MS] = [1, 5];
/** In between, such a part of what the last batch took: waiting costs little beside that, and fewer commits save much. */
const PART_OF_COMMIT = 1 / 2;
/** Fewer uses are told by so few callers that there is nobody to wait for. */
const FEW = 8;
const MOST_IN_BATCH = 2000;
/** Batches under way at once: a second one where it is full, or the first one takes long; otherwise uses gather meanwhile. */
const LANES = 2;
/** What is under way for so long, in ms, holds nobody up any longer. */
const PATIENCE_MS = 100;
/** Uses that nobody waits for and that could not be recorded yet; beyond this the oldest are given up. */
const MOST_OWED = 50_000;
const RETRY_MS = 1000;

const isPassing = ({ code }: Failure): boolean => problems[code].status === 503;

/**
 * Hands uses to telemetry in groups: what comes within a few milliseconds is one request and one commit there. A use
 * is answered only after that commit. While more waits than a group holds, the tenants take turns.
 */
export class UsageRecorder {
  private readonly gathered = new FairQueue<Waiting>();
  private windowMs = WINDOW_MS;
  private timer: NodeJS.Timeout | undefined;
  private underWay = 0;
  private owed: Signal[] = [];
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly send: Send,
    private readonly log: Pick<Log, 'warn' | 'error'>,
  ) {}

  /** Resolves when the use is durable, or with why it is not. */
  async record(use: Signal): Promise<Answer<SignalResult>> {
    const answer = await this.recordAll(use.tenant, [use]);
    return answer.ok ? { ok: true, value: answer.value[0] ?? 'recorded' } : answer;
  }

  /** Resolves when all these uses of one tenant are durable, with a result for each, or with why they are not. */
  recordAll(tenant: string, uses: readonly Signal[]): Promise<Answer<readonly SignalResult[]>> {
    return new Promise((settle) => {
      this.gathered.add(tenant, { uses, settle }, uses.length);
      if (this.gathered.size >= MOST_IN_BATCH) this.flush();
      else this.flushIn(this.windowMs, true);
    });
  }

  /** Records what the gateway saw itself; resolves after one try. While telemetry is away it is kept here and tried again. */
  async recordLater(use: Signal): Promise<void> {
    const answer = await this.record(use);
    if (answer.ok) return;
    const { code, detail } = answer.failure;
    if (isPassing(answer.failure)) this.owe(use);
    else this.log.error({ code, detail }, 'a use could not be recorded');
  }

  /** Nest calls this when the application ends: one more try for what nobody waits for. */
  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.retry);
    await Promise.all(this.owed.splice(0).map((use) => this.record(use)));
  }

  private owe(use: Signal): void {
    if (this.owed.push(use) > MOST_OWED) {
      this.owed.shift();
      this.log.warn({ most: MOST_OWED }, 'too many uses wait for telemetry; the oldest is given up');
    }
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      for (const one of this.owed.splice(0)) void this.recordLater(one);
    }, RETRY_MS);
  }

  private flushIn(ms: number, isPatient: boolean): void {
    this.timer ??= setTimeout(() => {
      this.flush(isPatient);
    }, ms);
  }

  private flush(isPatient = true): void {
    this.forgetTimer();
    if (this.gathered.size === 0 || this.underWay >= LANES) return;
    if (isPatient && this.underWay > 0 && this.gathered.size < MOST_IN_BATCH) {
      this.flushIn(PATIENCE_MS, false);
      return;
    }
    const batch = this.gathered.take(MOST_IN_BATCH);
    this.underWay += 1;
    void this.commit(batch).finally(() => {
      this.underWay -= 1;
      this.forgetTimer();
      if (this.gathered.size >= MOST_IN_BATCH) this.flush();
      else if (this.gathered.size > 0) this.flushIn(this.windowMs, true);
    });
  }

  private forgetTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    const answer = await this.send(batch.flatMap(({ uses }) => uses));
    const took = performance.now() - began;
    this.windowMs =
      batch.length <= FEW
        ? WINDOW_MS
        : Math.min(LONGEST_WINDOW_MS, Math.max(WINDOW_MS, took * PART_OF_COMMIT));
    let from = 0;
    for (const { uses, settle } of batch) {
      if (answer.ok) settle({ ok: true, value: answer.value.results.slice(from, from + uses.length) });
      else settle(answer);
      from += uses.length;
    }
  }
}
