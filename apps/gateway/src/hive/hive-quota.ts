import { Refused } from '@loam/messaging';

const WINDOW_MS = 60_000;

/** Who may call the hive, and how often: so many calls a minute from each network. */
export class HiveQuota {
  private counted = new Map<string, number>();
  private since: number;

  /**
   * @param tenants the tenants that are open to it
   * @param perMinute calls of one network
   */
  constructor(
    private readonly tenants: ReadonlySet<string>,
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.since = now();
  }

  /** @throws Refused `not-found` for a tenant that is not open, existing or not; `rate-limited` */
  take(tenant: string, network: string): void {
    if (!this.tenants.has(tenant)) throw new Refused({ code: 'not-found', detail: 'There is no such hive.' });
    const elapsed = this.now() - this.since;
    if (elapsed >= WINDOW_MS) {
      this.counted = new Map();
      this.since = this.now();
    }
    const calls = (this.counted.get(network) ?? 0) + 1;
    this.counted.set(network, calls);
    if (calls > this.perMinute)
      throw new Refused({
        code: 'rate-limited',
        detail: `At most ${String(this.perMinute)} calls a minute are taken from one network.`,
        retryAfterSeconds: Math.max(1, (WINDOW_MS - elapsed) / 1000),
      });
  }
}
