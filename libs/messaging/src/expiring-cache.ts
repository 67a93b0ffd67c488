/** A bounded map whose entries end at a time of their own; when it is full, the oldest entry goes. */
export class ExpiringCache<T> {
  private readonly entries = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(private readonly most: number) {}

  /** @param now milliseconds since 1970 */
  get(key: string, now: number): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.until > now) return entry?.value;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, value: T, until: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, until });
    if (this.entries.size <= this.most) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }
}
