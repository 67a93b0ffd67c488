/** Where a record stands, so that what is said of a session can be looked up. */
export interface Place {
  /** The client's id of the record; where it gave none, `at-<offset>`. */
  readonly uuid: string;
  /** The first byte of the record's line, counted from the beginning of what was read. */
  readonly offset: number;
}

interface Common extends Place {
  /** ISO 8601. */
  readonly at?: string | undefined;
  /** Which subagent it belongs to; absent for the session's own. */
  readonly agent?: string | undefined;
}

/** What a person wrote. Texts that the client makes in the name of the user are none. */
export interface Prompt extends Common {
  readonly kind: 'prompt';
  readonly text: string;
}

/** What the model said. */
export interface Said extends Common {
  readonly kind: 'said';
  readonly text: string;
  /** The same for all blocks of one answer. */
  readonly message?: string | undefined;
}

/** That the model called a tool. */
export interface Call extends Common {
  readonly kind: 'call';
  /** By which its result is matched. */
  readonly id: string;
  readonly tool: string;
  /** The command of a shell, the path of a file, the name of a skill, an address or a pattern. */
  readonly target: string;
  /** What a change of a file puts in the place of what. */
  readonly change?: { readonly before: string; readonly after: string } | undefined;
  /** Of a command: whether the person's machine, which knows what ran there before, had never seen its like. */
  readonly novel?: true | undefined;
  readonly message?: string | undefined;
}

/**
 * How a call ended. Nobody knows of what was interrupted or runs on in the background, and what a person or a rule did
 * not allow has not failed.
 */
export type Outcome = 'passed' | 'failed' | 'denied' | 'unknown';

/** What came of a call. */
export interface Result extends Common {
  readonly kind: 'result';
  readonly id: string;
  readonly outcome: Outcome;
  readonly text: string;
}

/** One thing that happened in a session: redacted, bounded, with paths from the root of the project. */
export type TranscriptRecord = Prompt | Said | Call | Result;
