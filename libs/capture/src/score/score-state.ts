import type { Call, Place } from '../transcript/record';

/** A call whose result has not come yet. */
export interface OpenCall extends Place {
  readonly id: string;
  readonly tool: Call['tool'];
  readonly target: string;
  readonly agent: string;
  readonly novel?: true | undefined;
}

/** How often the same test has failed one time after the other. */
export interface Streak {
  readonly command: string;
  readonly failures: readonly Place[];
}

/** A reason for which a session may hold a lesson, found in its records. */
export interface Found {
  readonly kind: 'explicit_marker' | 'test_recovery';
  /** Words of the session: redacted, at most 240 UTF-16 units. */
  readonly evidence: string;
  readonly records: readonly Place[];
}

/** What is known of a session so far. JSON of bounded size, to be kept between two times of reading. */
export interface ScoreState {
  readonly version: 1;
  readonly open: readonly OpenCall[];
  /** Ids of calls whose result was counted: a record that is told again counts once. */
  readonly done: readonly string[];
  /** By subagent; the session's own under the empty name. */
  readonly streaks: Readonly<Record<string, Streak>>;
  readonly found: readonly Found[];
  /** Failed changes by file. */
  readonly failedEdits: readonly { readonly path: string; readonly records: readonly Place[] }[];
  /** Failed commands by their stem, the first of each. */
  readonly failedStems: readonly (Place & {
    readonly stem: string;
    readonly command: string;
    readonly novel?: true | undefined;
  })[];
  /** What the session has in common with others: see {@link stemOf}, or `edit:` and the name of a file. */
  readonly fingerprint: (Place & { readonly of: string }) | null;
  readonly turns: number;
  /** Whether the last record was the model's, and of which answer. */
  readonly speaking: boolean;
  readonly message: string;
}

/** A session of which nothing is known yet. */
export const newScore: ScoreState = {
  ...{ version: 1, open: [], done: [], streaks: {}, found: [], failedEdits: [], failedStems: [] },
  ...{ fingerprint: null, turns: 0, speaking: false, message: '' },
};

/** How many of each kind are kept; of more, the oldest go, and of what was found, the newest. */
export const KEPT = {
  open: 64,
  done: 500,
  streaks: 20,
  found: 50,
  paths: 200,
  stems: 100,
  places: 20,
} as const;
