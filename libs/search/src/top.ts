/** Keeps the best `size` of many numbers in a heap whose root is the worst that is kept. */
export class Top {
  private readonly heap: number[] = [];

  /** @param before whether the first number ranks before the second; a total order */
  constructor(
    private readonly size: number,
    private readonly before: (a: number, b: number) => boolean,
  ) {}

  offer(item: number): void {
    const { heap, size } = this;
    if (heap.length < size) {
      heap.push(item);
      this.rise(heap.length - 1);
      return;
    }
    if (size === 0 || !this.before(item, this.at(0))) return;
    heap[0] = item;
    this.sink();
  }

  /** What was kept, best first. */
  sorted(): number[] {
    return [...this.heap].sort((a, b) => (a === b ? 0 : this.before(a, b) ? -1 : 1));
  }

  private at(index: number): number {
    return this.heap[index] ?? -1;
  }

  private swap(a: number, b: number): void {
    const item = this.at(a);
    this.heap[a] = this.at(b);
    this.heap[b] = item;
  }

  private rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(this.at(parent), this.at(index))) return;
      this.swap(parent, index);
      index = parent;
    }
  }

  private sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.heap.length) return;
      const right = left + 1;
      const worse = right < this.heap.length && this.before(this.at(left), this.at(right)) ? right : left;
      if (!this.before(this.at(index), this.at(worse))) return;
      this.swap(index, worse);
      index = worse;
    }
  }
}
