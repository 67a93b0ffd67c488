/** Every place where a literal ends, literal by literal. */
export type Hits = readonly (readonly number[] | undefined)[];

const A = 0x41;
const Z = 0x5a;

/** A goto that is not there. */
const NONE = 0;

/**
 * Finds many literals in one pass, whatever the input: the automaton of Aho and Corasick (Efficient string matching, 1975)
 * over bytes, the letters of ASCII in lower case. Each state has a row of one next state for every class of bytes.
 */
export class Automaton {
  private readonly classes = new Uint8Array(256);
  private readonly width: number;
  private readonly next: Uint16Array | Uint32Array;
  /** For each state the sets that a literal ending there belongs to. */
  private readonly ends: readonly (readonly number[])[];

  /** @param sets lower-case literals; hits are told by the place of their set in this list */
  constructor(private readonly sets: readonly (readonly string[])[]) {
    const words = sets.flatMap((set, index) => set.map((text) => ({ bytes: Buffer.from(text), index })));
    this.width = this.classify(words.map(({ bytes }) => bytes));
    const most = words.reduce((sum, { bytes }) => sum + bytes.length, 1);
    const rows = new Uint32Array(most * this.width);
    const ends: number[][] = [[]];
    for (const { bytes, index } of words) {
      let state = 0;
      for (const byte of bytes) {
        const cell = state * this.width + (this.classes[byte] ?? 0);
        if (rows[cell] === NONE) rows[cell] = ends.push([]) - 1;
        state = rows[cell] ?? 0;
      }
      ends[state]?.push(index);
    }
    this.ends = ends;
    this.next = this.completed(rows, ends);
  }

  /** For each set, the bytes after which one of its literals ends, rising. */
  find(bytes: Buffer): Hits {
    const { classes, next, ends, width } = this;
    const hits: number[][] = new Array<number[]>(this.sets.length);
    let state = 0;
    for (let at = 0; at < bytes.length; at++) {
      // Rows are told by their first cell, which saves a multiplication for each byte.
      state = next[state + (classes[bytes[at] ?? 0] ?? 0)] ?? 0;
      const ended = ends[state / width];
      if (ended === undefined || ended.length === 0) continue;
      for (const set of ended) (hits[set] ??= []).push(at + 1);
    }
    return hits;
  }

  private classify(words: readonly Buffer[]): number {
    let count = 1;
    for (const word of words)
      for (const byte of word) if (this.classes[byte] === 0) this.classes[byte] = count++;
    for (let byte = A; byte <= Z; byte++) this.classes[byte] = this.classes[byte + 0x20] ?? 0;
    return count;
  }

  /** Fills the gaps: where no literal goes on, the longest that also ends so does. */
  private completed(rows: Uint32Array, ends: number[][]): Uint32Array {
    const { width } = this;
    const fallback = new Uint32Array(ends.length);
    const queue = [0];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const other = fallback[state] ?? 0;
      for (let cls = 0; cls < width; cls++) {
        const cell = state * width + cls;
        const target = rows[cell] ?? NONE;
        const elsewhere = state === 0 ? 0 : (rows[other * width + cls] ?? 0);
        if (target === NONE) rows[cell] = elsewhere;
        else {
          fallback[target] = elsewhere;
          ends[target] = [...new Set([...(ends[target] ?? []), ...(ends[elsewhere] ?? [])])];
          queue.push(target);
        }
      }
    }
    return rows.subarray(0, ends.length * width).map((state) => state * width);
  }
}
