import { dotKernel, kernelMemory } from './dot-kernel';

const PAGE = 65_536;
/** Before the vectors stand the query (16-bit numbers) and the products of one batch. */
const QUERY_AT = 0;
const OUT_AT = 32_768;
const BATCH = 8192;
const MOST_DIMENSIONS = 8192;

/** A vector as 8-bit numbers; only its direction is kept. */
export function quantise(vector: ArrayLike<number>): Int8Array {
  let largest = 0;
  for (let i = 0; i < vector.length; i += 1) largest = Math.max(largest, Math.abs(vector[i] ?? 0));
  return Int8Array.from(vector, (value) => (largest === 0 ? 0 : Math.round((value / largest) * 127)));
}

const lengthOf = (vector: Int8Array): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** The vectors of documents by number, and their cosine with another one. Every vector is compared, none is skipped. */
export class Vectors {
  private readonly memory = kernelMemory();
  private readonly dot = dotKernel(this.memory);
  private readonly stride: number;
  private lengths = new Float32Array(0);
  private count = 0;

  /** @param dimensions how many numbers each has, at most 8192 */
  constructor(readonly dimensions: number) {
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) throw new Error('no such number of dimensions');
    this.stride = Math.ceil(dimensions / 16) * 16;
  }

  get bytes(): number {
    return this.memory.buffer.byteLength + this.lengths.byteLength;
  }

  set(doc: number, vector: Int8Array): void {
    if (vector.length !== this.dimensions) return;
    this.ensure(doc + 1);
    new Int8Array(this.memory.buffer, this.place(doc), this.dimensions).set(vector);
    this.lengths[doc] = lengthOf(vector);
  }

  /** A copy of what was set, or undefined. */
  get(doc: number): Int8Array | undefined {
    if (doc >= this.count || this.lengths[doc] === 0) return undefined;
    return new Int8Array(this.memory.buffer, this.place(doc), this.dimensions).slice();
  }

  /** The cosine of a document's vector with this one; null where it has none. */
  cosine(doc: number, vector: Int8Array): number | null {
    const own = this.get(doc);
    if (own === undefined || own.length !== vector.length) return null;
    const lengths = lengthOf(own) * lengthOf(vector);
    return lengths === 0 ? null : own.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0) / lengths;
  }

  /** Calls `found` with each document that has a vector and its cosine with this one, from -1 to 1. */
  scan(vector: Int8Array, found: (doc: number, cosine: number) => void): void {
    const length = lengthOf(vector);
    if (vector.length !== this.dimensions || length === 0) return;
    const query = new Int16Array(this.memory.buffer, QUERY_AT, this.stride);
    query.fill(0).set(vector);
    for (let from = 0; from < this.count; from += BATCH) {
      const size = Math.min(BATCH, this.count - from);
      this.dot(this.place(from), QUERY_AT, OUT_AT, size, this.stride);
      const products = new Int32Array(this.memory.buffer, OUT_AT, size);
      for (let i = 0; i < size; i += 1) {
        const own = this.lengths[from + i] ?? 0;
        if (own > 0) found(from + i, (products[i] ?? 0) / (own * length));
      }
    }
  }

  private place(doc: number): number {
    return PAGE + doc * this.stride;
  }

  private ensure(count: number): void {
    if (count <= this.count) return;
    const missing = this.place(count) - this.memory.buffer.byteLength;
    // Half as much again, so that adding one by one does not copy every time.
    if (missing > 0) this.memory.grow(Math.ceil(Math.max(missing, this.memory.buffer.byteLength / 2) / PAGE));
    if (count > this.lengths.length) {
      const larger = new Float32Array(Math.ceil(count * 1.5));
      larger.set(this.lengths);
      this.lengths = larger;
    }
    this.count = count;
  }
}
