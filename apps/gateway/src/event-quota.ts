import { Refused } from '@loam/messaging';

interface Bucket {
  /** What is left, at `at`. */
  left: number;
  at: number;
}

const MOST_TENANTS = 10_000;

/**
 * How many events each tenant may still report: so many per second, and those of two seconds at once. Each gateway
 * counts for itself.
 */
export class EventQuota {
  private readonly buckets = new Map<string, Bucket>();
  private readonly policy: string;
  private readonly burst: number;

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.burst = 2 * perSecond;
    this.policy = `"events";q=${String(this.burst)};w=2`;
  }

  /**
   * Takes what so many events need, and tells in headers what is left (draft-ietf-httpapi-ratelimit-headers).
   * More than all that can be left is taken when all is.
   * @throws Refused `rate-limited`, with when there will be enough
   */
  take(tenant: string, events: number, tell: (name: string, value: string) => unknown): void {
    const bucket = this.bucketOf(tenant);
    const needed = Math.min(events, this.burst);
    const enough = bucket.left >= needed;
    if (enough) bucket.left -= events;
    const untilFull = Math.ceil((this.burst - bucket.left) / this.perSecond);
    tell('ratelimit-policy', this.policy);
    tell('ratelimit', `"events";r=${String(Math.max(0, Math.floor(bucket.left)))};t=${String(untilFull)}`);
    if (enough) return;
    throw new Refused({
      code: 'rate-limited',
      detail: `This tenant may report ${String(this.perSecond)} events per second.`,
      retryAfterSeconds: (needed - bucket.left) / this.perSecond,
    });
  }

  /** Whether one event more may be reported. */
  allows(tenant: string): boolean {
    return this.bucketOf(tenant).left >= 1;
  }

  private bucketOf(tenant: string): Bucket {
    const now = this.now();
    const known = this.buckets.get(tenant);
    if (known === undefined) {
      if (this.buckets.size >= MOST_TENANTS) this.buckets.clear();
      const bucket = { left: this.burst, at: now };
      this.buckets.set(tenant, bucket);
      return bucket;
    }
    known.left = Math.min(this.burst, known.left + ((now - known.at) / 1000) * this.perSecond);
    known.at = now;
    return known;
  }
}
