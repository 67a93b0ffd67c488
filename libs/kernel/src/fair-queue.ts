/** Things that wait in line by tenant, each with how much it is. Those of one tenant keep their order. */
export class FairQueue<T> {
  private readonly lines = new Map<string, { readonly item: T; readonly size: number }[]>();
  /** How much waits, of all tenants. */
  size = 0;

  add(tenant: string, item: T, size: number): void {
    const line = this.lines.get(tenant);
    if (line === undefined) this.lines.set(tenant, [{ item, size }]);
    else line.push({ item, size });
    this.size += size;
  }

  /** How many things of this tenant wait. */
  lengthOf(tenant: string): number {
    return this.lines.get(tenant)?.length ?? 0;
  }

  /**
   * Takes up to `most`, or one thing that is more by itself. The tenants take turns, so that what one has in line is
   * not before what another has.
   */
  take(most: number): T[] {
    const taken: T[] = [];
    let left = most;
    while (this.lines.size > 0)
      for (const [tenant, line] of this.lines) {
        const [first] = line;
        if (first === undefined || (first.size > left && taken.length > 0)) return taken;
        line.shift();
        // Whoever was served goes to the end.
        this.lines.delete(tenant);
        if (line.length > 0) this.lines.set(tenant, line);
        taken.push(first.item);
        left -= first.size;
        this.size -= first.size;
      }
    return taken;
  }
}
