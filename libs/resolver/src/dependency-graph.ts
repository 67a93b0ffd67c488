import type { Requirement } from './model';
import { Names } from './names';

/** Something that is needed, directly (depth 1) or indirectly, and the range that is asked for there. */
export interface ClosureEntry extends Requirement {
  readonly depth: number;
}

/** Marks what was met in the level that is being gathered. */
const NOW = -1;

const grown = (array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> => {
  if (size <= array.length) return array;
  const larger = new Int32Array(Math.max(size, array.length * 2));
  larger.set(array);
  return larger;
};

/**
 * Who requires whom, one set of requirements per name, in typed arrays: the links of a name lie side by side, and a
 * change appends the new ones and leaves the old behind until they are half of all.
 */
export class DependencyGraph {
  private readonly names = new Names();
  private readonly ranges = new Names();
  /** By name: where its links begin, how many they are, in which walk it was met last, and with which range. */
  private first = new Int32Array(64);
  private count = new Int32Array(64);
  private seenIn = new Int32Array(64);
  private askedFirst = new Int32Array(64);
  /** By link: the name that is required, and the range. */
  private targets = new Int32Array(256);
  private asked = new Int32Array(256);
  private used = 0;
  private live = 0;
  private round = 0;

  /** Says what a name requires from now on. */
  set(name: string, requirements: readonly Requirement[]): void {
    const id = this.idOf(name);
    this.live += requirements.length - (this.count[id] ?? 0);
    this.count[id] = 0;
    if (this.used + requirements.length > 2 * this.live + 256) this.compact();
    this.targets = grown(this.targets, this.used + requirements.length);
    this.asked = grown(this.asked, this.used + requirements.length);
    this.first[id] = this.used;
    for (const { slug, range } of requirements) {
      this.targets[this.used] = this.idOf(slug);
      this.asked[this.used] = this.ranges.idOf(range);
      this.used += 1;
    }
    this.count[id] = requirements.length;
  }

  /**
   * What these requirements come to, each name once, at its smallest depth, nearest first and by name within a depth;
   * where several at that depth ask, the range that is first in the order of texts.
   * @param except a name that is not told of
   * @param most where to stop
   */
  closure(requirements: readonly Requirement[], except: string | undefined, most: number): ClosureEntry[] {
    const start = requirements.map(({ slug, range }) => [this.idOf(slug), this.ranges.idOf(range)] as const);
    const skipped = except === undefined ? undefined : this.idOf(except);
    this.round += 1;
    if (skipped !== undefined) this.seenIn[skipped] = this.round;
    const queue = new Int32Array(this.names.size);
    const found: ClosureEntry[] = [];
    let length = 0;
    for (const [target, range] of start) length = this.meet(target, range, queue, length);
    for (let from = 0, depth = 1; from < length; depth += 1) {
      const level = queue.subarray(from, length);
      from = length;
      for (const id of level) this.seenIn[id] = this.round;
      this.tell(level, depth, found);
      if (found.length >= most) break;
      for (const id of level) length = this.follow(id, queue, length);
    }
    return found.slice(0, most);
  }

  private tell(level: Int32Array, depth: number, found: ClosureEntry[]): void {
    const ranks = this.names.ranks();
    for (const rank of level.map((id) => ranks[id] ?? 0).sort()) {
      const id = this.names.at(rank);
      found.push({ slug: this.names.name(id), range: this.ranges.name(this.askedFirst[id] ?? 0), depth });
    }
  }

  private follow(id: number, queue: Int32Array, before: number): number {
    const first = this.first[id] ?? 0;
    const end = first + (this.count[id] ?? 0);
    let length = before;
    for (let link = first; link < end; link += 1)
      length = this.meet(this.targets[link] ?? 0, this.asked[link] ?? 0, queue, length);
    return length;
  }

  /** Puts a target into the queue unless it was met before. @returns the length of the queue */
  private meet(target: number, range: number, queue: Int32Array, length: number): number {
    const seen = this.seenIn[target];
    if (seen === this.round) return length;
    if (seen === NOW) {
      const other = this.askedFirst[target] ?? 0;
      if (range !== other && this.ranges.name(range) < this.ranges.name(other))
        this.askedFirst[target] = range;
      return length;
    }
    this.seenIn[target] = NOW;
    this.askedFirst[target] = range;
    queue[length] = target;
    return length + 1;
  }

  /** The size of its arrays. */
  get bytes(): number {
    return [this.first, this.count, this.targets, this.asked, this.seenIn, this.askedFirst].reduce(
      (sum, array) => sum + array.byteLength,
      0,
    );
  }

  /** How many names can be reached from one, itself included where it is in a cycle: the bare walk, for measuring. */
  reach(name: string): number {
    this.round += 1;
    const { round, seenIn, first, count, targets } = this;
    const queue = new Int32Array(this.names.size);
    const start = this.names.find(name);
    if (start === undefined) return 0;
    let length = 0;
    for (let node = start, next = 0; ; node = queue[next] ?? 0, next += 1) {
      const from = first[node] ?? 0;
      const to = from + (count[node] ?? 0);
      for (let link = from; link < to; link += 1) {
        const target = targets[link] ?? 0;
        if (seenIn[target] === round) continue;
        seenIn[target] = round;
        queue[length] = target;
        length += 1;
      }
      if (next === length) return length;
    }
  }

  private idOf(name: string): number {
    const id = this.names.idOf(name);
    for (const array of ['first', 'count', 'seenIn', 'askedFirst'] as const)
      this[array] = grown(this[array], id + 1);
    return id;
  }

  private compact(): void {
    const targets = new Int32Array(2 * this.live + 256);
    const asked = new Int32Array(2 * this.live + 256);
    let used = 0;
    for (let id = 0; id < this.names.size; id += 1) {
      const first = this.first[id] ?? 0;
      const end = first + (this.count[id] ?? 0);
      targets.set(this.targets.subarray(first, end), used);
      asked.set(this.asked.subarray(first, end), used);
      this.first[id] = used;
      used += end - first;
    }
    this.targets = targets;
    this.asked = asked;
    this.used = used;
  }
}
