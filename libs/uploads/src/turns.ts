import { FairQueue } from '@loam/kernel';

/** Work that is done one after the other; tenants take turns, so that none waits behind all that another has asked for. */
export class Turns {
  private readonly waiting = new FairQueue<() => Promise<void>>();
  private working = false;

  /** @param mostWaiting of one tenant */
  constructor(private readonly mostWaiting: number) {}

  /** Whether a tenant has as much waiting as it may. */
  isFull(tenant: string): boolean {
    return this.waiting.lengthOf(tenant) >= this.mostWaiting;
  }

  /** @returns what comes of the work in its turn */
  take<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.add(tenant, () => work().then(resolve, reject), 1);
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let [next] = this.waiting.take(1); next !== undefined; [next] = this.waiting.take(1)) await next();
    this.working = false;
  }
}
