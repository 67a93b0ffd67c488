/** Names as small numbers, in the order in which they came, and their order as texts. */
export class Names {
  private readonly ids = new Map<string, number>();
  private readonly all: string[] = [];
  /** The numbers in the order of their names; those that came since are put in when it is asked for. */
  private sorted: number[] = [];
  private rank = new Int32Array(0);

  get size(): number {
    return this.all.length;
  }

  find(name: string): number | undefined {
    return this.ids.get(name);
  }

  /** The number of a name, a new one where it has none. */
  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.all.length;
    this.ids.set(name, id);
    this.all.push(name);
    return id;
  }

  name(id: number): string {
    return this.all[id] ?? '';
  }

  /** The place of each number in the order of names. */
  ranks(): Int32Array {
    if (this.sorted.length < this.all.length) {
      this.sorted = this.merged();
      this.rank = new Int32Array(this.all.length);
      for (const [rank, id] of this.sorted.entries()) this.rank[id] = rank;
    }
    return this.rank;
  }

  /** The number at a place in the order of names, as of the last `ranks`. */
  at(rank: number): number {
    return this.sorted[rank] ?? 0;
  }

  private merged(): number[] {
    const added = this.all.slice(this.sorted.length).map((_, index) => this.sorted.length + index);
    added.sort((a, b) => (this.name(a) < this.name(b) ? -1 : 1));
    const merged: number[] = [];
    let next = 0;
    for (const id of added) {
      for (; next < this.sorted.length && this.name(this.sorted[next] ?? 0) < this.name(id); next += 1)
        merged.push(this.sorted[next] ?? 0);
      merged.push(id);
    }
    for (; next < this.sorted.length; next += 1) merged.push(this.sorted[next] ?? 0);
    return merged;
  }
}
