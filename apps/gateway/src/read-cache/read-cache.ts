import { ByteCache } from '../byte-cache';

/** When a question was asked. */
export interface Asked {
  /** How many things had happened by then; time cannot tell apart what happens in one millisecond. */
  readonly after: number;
  /** In ms since 1970. */
  readonly at: number;
}

interface Kept<T> {
  readonly value: T;
  readonly asked: Asked;
  /** One of those who ask has been sent to ask anew, ahead of time. */
  renewing: boolean;
}

interface ReadCacheOptions {
  /** Bytes of all values together. */
  readonly most: number;
  /** How long a value may be given after it was last known to hold, in ms, whatever was or was not heard since. */
  readonly keepMs: number;
  /** Whether all that happened so far has been heard of; while not, nothing is given and nothing is kept. */
  readonly isCurrent: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The part of its time after which an answer is asked for anew by one, so that not all who ask do at its end. */
const RENEW = 0.8;

/** Tenants whose last invalidation is remembered one by one. */
const MOST_TENANTS = 10_000;

/**
 * Answers to what was asked before, by tenant. An answer is given only if its question was asked after the last thing
 * that happened to the tenant: one that was under way meanwhile may tell how it was before, and is not kept.
 */
export class ReadCache<T> {
  private readonly kept: ByteCache<Kept<T>>;
  private happened = 0;
  /** When all that had happened until then was known to have been heard of. */
  private provenAt = 0;
  private readonly lastOf = new Map<string, number>();
  /** The last thing that happened to all. */
  private lastOfAll = 0;

  constructor(private readonly options: ReadCacheOptions) {
    this.kept = new ByteCache(options.most);
  }

  /** To be called before the question is asked; goes with its answer to `keep`. */
  ask(): Asked {
    return { after: this.happened, at: this.options.now() };
  }

  get(tenant: string, question: string): T | undefined {
    const found = this.kept.get(`${tenant} ${question}`);
    if (found === undefined) return undefined;
    if (this.isGood(tenant, found.asked)) {
      const { now, keepMs } = this.options;
      if (found.renewing || now() - this.knownAt(found.asked) < keepMs * RENEW) return found.value;
      found.renewing = true;
      return undefined;
    }
    this.kept.delete(`${tenant} ${question}`);
    return undefined;
  }

  /** @param bytes what the value takes, roughly */
  keep(
    tenant: string,
    question: string,
    asked: Asked,
    answer: { readonly value: T; readonly bytes: number },
  ): void {
    if (this.isGood(tenant, asked))
      this.kept.set(`${tenant} ${question}`, { value: answer.value, asked, renewing: false }, answer.bytes);
  }

  /** All that had happened by this time, in ms since 1970, has been heard of: what is kept held then. */
  prove(at: number): void {
    this.provenAt = Math.max(this.provenAt, at);
  }

  /** Something happened to the tenant. */
  forget(tenant: string): void {
    if (this.lastOf.size >= MOST_TENANTS) this.forgetAll();
    this.happened += 1;
    this.lastOf.set(tenant, this.happened);
  }

  /** Anything may have happened to anybody. */
  forgetAll(): void {
    this.happened += 1;
    this.lastOfAll = this.happened;
    this.lastOf.clear();
    this.kept.clear();
  }

  /** When an answer was last known to hold, provided that nothing has been heard of since. */
  private knownAt({ at }: Asked): number {
    return Math.max(at, this.provenAt);
  }

  private isGood(tenant: string, { after, at }: Asked): boolean {
    const { isCurrent, keepMs, now } = this.options;
    return (
      after >= this.lastOfAll &&
      after >= (this.lastOf.get(tenant) ?? 0) &&
      now() - this.knownAt({ after, at }) < keepMs &&
      isCurrent()
    );
  }
}
