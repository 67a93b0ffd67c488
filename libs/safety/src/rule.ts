import type { Layer, Severity } from './finding';

/** Where a line stands: instructions, a fenced block or the HTML comment of a Markdown text; or a program or data file. */
export type Zone = 'prose' | 'fence' | 'comment' | 'code';

/** What a match means together with others that stand near it; see `threats/combinations.ts`. */
export type Signal = string;

/** One pattern of the rule set. Patterns run on RE2 (linear time) over UTF-8 bytes, without regard to case. */
export interface Rule {
  readonly id: string;
  readonly layer: Layer;
  readonly severity: Severity;
  readonly message: string;
  /** RE2 source; `^` and `$` are ends of lines. */
  readonly pattern: string;
  /** Literals of which one stands in every text where the rule can matter. */
  readonly needs?: readonly string[];
  /** Bytes of the longest match that counts, where the pattern has no bound of its own. */
  readonly reach?: number;
  /** Zones in which it counts; default all. */
  readonly zones?: readonly Zone[];
  /** A match is none whose line also matches this, up to 120 characters before and 40 after it. RE2 source. */
  readonly unless?: string;
  /** A match is none if this follows it at once. RE2 source. */
  readonly unlessFollowedBy?: string;
  /** Names this match for combinations. */
  readonly signal?: Signal;
  /** Only a part of combinations, never reported alone. */
  readonly silent?: true;
  /** Counts in examples and warnings as much as elsewhere: what it finds has no honest use. */
  readonly always?: true;
}

/** One pattern of several. */
export const any = (...patterns: string[]): string => `(?:${patterns.join('|')})`;

/** Literals, written in lines with a bar between each two. */
export const words = (...lines: string[]): string[] => lines.flatMap((line) => line.split('|'));

/** Any run of blanks and Markdown marks between two words, line ends included. */
export const GAP = '[\\s*_>"\'`~.:;,()-]{1,12}';
