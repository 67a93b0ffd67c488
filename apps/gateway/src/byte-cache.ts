interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Keeps values by the bytes that they take; where there is no more room, what was used longest ago goes. */
export class ByteCache<T> {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry<T>>();
  private held = 0;

  /** @param most bytes of all values together; a value of more than an eighth of it is not kept */
  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T, bytes: number): void {
    this.delete(key);
    if (bytes > this.most / 8) return;
    this.entries.set(key, { value, bytes });
    this.held += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.held <= this.most) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.held -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
    this.held = 0;
  }

  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.entries.size, bytes: this.held };
  }
}
