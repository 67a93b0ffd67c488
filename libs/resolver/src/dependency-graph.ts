import type { Requirement } from './model';

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
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly rangeIds = new Map<string, number>();
  private readonly ranges: string[] = [];
  private first = new Int32Array(64);
  private count = new Int32Array(64);
  private targets = new Int32Array(256);
  private asked = new Int32Array(256);
  private used = 0;
  private live = 0;
  private round = 0;
  private seenIn = new Int32Array(64);
  private askedFirst = new Int32Array(64);

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
      this.asked[this.used] = this.rangeIdOf(range);
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
    this.round += 1;
    if (except !== undefined) this.seenIn[this.idOf(except)] = this.round;
    const found: ClosureEntry[] = [];
    let level = this.meet(requirements.map(({ slug, range }) => [this.idOf(slug), this.rangeIdOf(range)]));
    for (let depth = 1; level.length > 0 && found.length < most; depth += 1) {
      const entries = level.map((id) => ({
        slug: this.names[id] ?? '',
        range: this.ranges[this.askedFirst[id] ?? 0] ?? '',
        depth,
      }));
      found.push(...entries.sort((a, b) => (a.slug < b.slug ? -1 : 1)).slice(0, most - found.length));
      level = this.meet(this.linksOf(level));
    }
    return found;
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
    const queue = new Int32Array(this.names.length);
    const start = this.ids.get(name);
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

  private *linksOf(level: readonly number[]): Iterable<[number, number]> {
    for (const id of level) {
      const first = this.first[id] ?? 0;
      for (let link = first; link < first + (this.count[id] ?? 0); link += 1)
        yield [this.targets[link] ?? 0, this.asked[link] ?? 0];
    }
  }

  /** Those of the targets that were not met before. */
  private meet(links: Iterable<readonly [number, number]>): number[] {
    const level: number[] = [];
    for (const [target, range] of links) {
      const seen = this.seenIn[target];
      if (seen === this.round) continue;
      if (seen !== NOW) {
        this.seenIn[target] = NOW;
        this.askedFirst[target] = range;
        level.push(target);
      } else if ((this.ranges[range] ?? '') < (this.ranges[this.askedFirst[target] ?? 0] ?? ''))
        this.askedFirst[target] = range;
    }
    for (const id of level) this.seenIn[id] = this.round;
    return level;
  }

  private idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.ids.set(name, id);
    this.names.push(name);
    for (const array of ['first', 'count', 'seenIn', 'askedFirst'] as const)
      this[array] = grown(this[array], id + 1);
    return id;
  }

  private rangeIdOf(range: string): number {
    const known = this.rangeIds.get(range);
    if (known !== undefined) return known;
    const id = this.ranges.length;
    this.rangeIds.set(range, id);
    this.ranges.push(range);
    return id;
  }

  private compact(): void {
    const targets = new Int32Array(2 * this.live + 256);
    const asked = new Int32Array(2 * this.live + 256);
    let used = 0;
    for (let id = 0; id < this.names.length; id += 1) {
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
