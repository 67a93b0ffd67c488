import type { Score, TranscriptRecord } from '@loam/capture';
import type { Flag, Lesson, Support } from './lesson';

/** A session of which a draft is wanted. */
export interface Session {
  /** In their order, from `readMore`. They are redacted again before anything leaves the process. */
  readonly records: readonly TranscriptRecord[];
  /** Why it may hold a lesson. */
  readonly score: Score;
}

/** What calls of models cost. Adds up. */
export interface Usage {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars, by the prices that are configured. */
  readonly cost: number;
}

export const noUsage: Usage = { tokensIn: 0, tokensOut: 0, cost: 0 };

/** What came of looking for a lesson. `nothing` says why in a sentence, and asking again does not help. */
export type Extracted =
  | {
      readonly outcome: 'lesson';
      readonly lesson: Lesson;
      readonly usage: Usage;
    }
  | { readonly outcome: 'nothing'; readonly reason: string; readonly usage: Usage };

/** A SKILL.md that keeps the strict profile of the specification. */
export interface Draft {
  /** A slug; also the `name` in the frontmatter. */
  readonly name: string;
  readonly description: string;
  readonly skillMd: string;
  readonly flags: readonly Flag[];
  /** The records that support it. */
  readonly evidence: readonly Support[];
  readonly usage: Usage;
}

/** Makes drafts of sessions, in two steps: what the first answers is JSON, to be kept so that it is paid for once. */
export interface Drafter {
  /** What drafts, such as `extractive-v1` or `anthropic:<model>+<model>`. */
  readonly id: string;
  /** @throws DrafterAway @throws DrafterRefused */
  extract(session: Session, signal: AbortSignal): Promise<Extracted>;
  /** @throws DrafterAway @throws DrafterRefused */
  compose(lesson: Lesson, session: Session, signal: AbortSignal): Promise<Draft>;
}

/** No answer, or one that cannot be used: 429, 5xx, a timeout, malformed output. Trying again later may help. */
export class DrafterAway extends Error {
  constructor(
    message: string,
    readonly more: {
      /** How long the other side asks to be left alone, in ms. */
      readonly retryAfterMs?: number | undefined;
      /** What the answer cost nevertheless. */
      readonly usage?: Usage;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
  }
}

/** The request was refused, such as for a wrong key, an unknown model or its content. Trying again does not help. */
export class DrafterRefused extends Error {
  constructor(
    message: string,
    /** What the answer cost nevertheless. */
    readonly usage: Usage = noUsage,
  ) {
    super(message);
  }
}
