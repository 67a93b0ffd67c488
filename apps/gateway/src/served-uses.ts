import type { Signal } from '@loam/contracts/telemetry';
import { uuidv7 } from '@loam/kernel';
import type { Edge } from './edge';
import type { UsageRecorder } from './usage-recorder';
import type { ServedUse } from './served-use';

/** For how long uses of the same are counted together before they are handed on, in ms. */
const MOMENT_MS = 200;

interface Count {
  readonly tenant: string;
  readonly use: ServedUse;
  times: number;
}

/** Counts what the gateway served. It never delays or fails an answer: it begins when the answer has left. */
export class ServedUses {
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly recorder: Pick<UsageRecorder, 'recordLater'>) {}

  /** Has the use counted once the answer has left, if it leaves whole: not for 304, a range or HEAD. */
  onceSent(edge: Edge, { kind, slug, version, event }: ServedUse): void {
    edge.use = { kind, slug, version, event };
  }

  /** The answer has left. */
  sent({ use, authenticated, reply }: Edge): void {
    const whole = reply.statusCode === 200 || reply.statusCode === 307;
    if (use !== undefined && authenticated !== undefined && whole && reply.request.method === 'GET')
      this.count(authenticated.tenantId, use);
  }

  /** Counts a use now. */
  count(tenant: string, use: ServedUse): void {
    const key = `${tenant} ${use.kind} ${use.slug} ${use.version} ${use.event}`;
    const known = this.counts.get(key);
    if (known === undefined) this.counts.set(key, { tenant, use, times: 1 });
    else known.times += 1;
    this.timer ??= setTimeout(() => void this.handOn(), MOMENT_MS);
  }

  /** Nest calls this when the application ends; resolves when what was counted has been dealt with. */
  async onModuleDestroy(): Promise<void> {
    await this.handOn();
  }

  private async handOn(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counted = [...this.counts.values()];
    this.counts = new Map();
    const at = new Date().toISOString();
    await Promise.all(
      counted.map(({ tenant, use, times }): Promise<void> => {
        const { event: type, ...item } = use;
        const signal: Signal = { ...item, id: uuidv7(), tenant, at, times, type, source: 'gateway' };
        return this.recorder.recordLater(signal);
      }),
    );
  }
}
