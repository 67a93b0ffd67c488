import { Numbers } from './numbers';
import type { Postings } from './postings';
import type { QueryWord } from './query-words';

/** Adds up what the words of a query say about each document. Reused from query to query. */
export class Tally {
  /** The documents that hold any of the words. */
  readonly docs = new Numbers();
  private totals = new Float32Array(0);
  private held = new Uint8Array(0);
  private best = new Float32Array(0);
  private readonly met = new Numbers();

  total(doc: number): number {
    return this.totals[doc] ?? 0;
  }

  /** How many of the words the document holds. */
  wordsIn(doc: number): number {
    return this.held[doc] ?? 0;
  }

  get bytes(): number {
    return this.totals.byteLength + this.held.byteLength + this.best.byteLength;
  }

  /** @param isThere which documents count */
  run(
    words: readonly QueryWord[],
    postings: Postings,
    count: number,
    isThere: (doc: number) => boolean,
  ): void {
    this.clear(count);
    const { totals, held, best, met, docs } = this;
    for (const { variants } of words) {
      met.clear();
      for (const { stemId, worth } of variants)
        postings.each(stemId, (doc, impact) => {
          const score = worth * impact;
          const before = best[doc] ?? 0;
          if (score <= before || !isThere(doc)) return;
          if (before === 0) met.push(doc);
          best[doc] = score;
        });
      met.each((doc) => {
        if (totals[doc] === 0) docs.push(doc);
        totals[doc] = (totals[doc] ?? 0) + (best[doc] ?? 0);
        held[doc] = (held[doc] ?? 0) + 1;
        best[doc] = 0;
      });
    }
  }

  private clear(count: number): void {
    this.docs.each((doc) => {
      this.totals[doc] = 0;
      this.held[doc] = 0;
    });
    this.docs.clear();
    if (count <= this.totals.length) return;
    const length = Math.ceil(count * 1.25);
    this.totals = new Float32Array(length);
    this.held = new Uint8Array(length);
    this.best = new Float32Array(length);
  }
}
