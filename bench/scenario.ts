import type { Observation } from './observe';
import type { Profiler } from './profile';
import type { Target } from './run-file';

/** What a case is to the others of its group. */
export type Role = 'ours' | 'reference' | 'limit';

/** One client of a subject: does one operation after another. */
export interface Worker {
  /** What an operation needs and is no part of it: not measured in the closed loop, and left out in the open one. */
  readonly prepare?: () => Promise<void>;
  /** Resolves when the operation was acknowledged and its answer is right; rejects otherwise. */
  readonly perform: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What runs during one round of a case, in processes of its own. */
export interface Subject {
  /** The root of each process tree that does the work, by name. */
  readonly processes: Readonly<Record<string, number>>;
  readonly open: () => Promise<Worker>;
  /**
   * Rejects where anything was lost, doubled or wrong; then the case has no figures.
   * @param done how many operations were acknowledged in all
   */
  readonly check: (done: number) => Promise<void>;
  /** What the database and the event loops tell of themselves; called right before and right after the load. */
  readonly observe?: () => Promise<Observation>;
  readonly profiler?: Profiler;
  readonly stop: () => Promise<void>;
}

/** One case of a group. */
export interface Scenario {
  readonly name: string;
  readonly role: Role;
  /** Operations at a time in the closed loop. */
  readonly clients: number;
  /** Operations per second in the open loop, which counts latency from the time an operation was due; 0: none. */
  readonly openRate: number;
  /** What one operation does that much of, such as the events of a request; figures are per piece. 1 unless given. */
  readonly weight?: number;
  /** Where processes are warm already, less than usual is enough. */
  readonly warmUpMs?: number;
  /** So many operations are done before anything is measured, however long they take. */
  readonly warmUp?: number;
  /** Fresh processes, and nothing of earlier rounds. */
  readonly start: () => Promise<Subject>;
}

/** A quotient of two cases, taken in each round. */
export interface Ratio extends Target {
  readonly metric: 'rate' | 'cpu' | 'p50' | 'p99';
  readonly of: string;
  readonly to: string;
}

/** A figure of one case, taken in each round, with its bound. */
export interface Bound extends Target {
  readonly metric: Ratio['metric'];
  readonly of: string;
}

/** A figure that is no case's, such as how long something takes once; taken in each round. */
export interface Probe extends Target {
  readonly measure: () => Promise<number>;
}

/** What is measured side by side. */
export interface Comparison {
  readonly cases: readonly Scenario[];
  readonly ratios: readonly Ratio[];
  readonly bounds?: readonly Bound[];
  readonly probes?: readonly Probe[];
  /** Removes what was prepared. */
  readonly close: () => Promise<void>;
}

/** With what a group is prepared. */
export interface Setting {
  readonly size: 'ci' | 'full';
  /** A folder of the group's own. */
  readonly folder: string;
  readonly profile: boolean;
  /** Folders of stopped Loams that hold something, which groups share and must leave as they are. */
  readonly seeded: Seeded;
}

/** Each fills a home when first asked, and gives its folder. */
export interface Seeded {
  /** With so many items in its catalog. */
  readonly catalog: (items: number) => Promise<string>;
  /** With so many uses over two years. */
  readonly use: (events: number) => Promise<string>;
  /** With so many items in decay, and their uses beside them. */
  readonly vitals: (items: number) => Promise<string>;
}

/** Declared by name; prepared once for all rounds. */
export interface Group {
  readonly name: string;
  /** In which runs it takes part without being named. */
  readonly sizes: readonly Setting['size'][];
  /** What three rounds of full size take on two quiet cores, beside the seeding. */
  readonly minutes: number;
  readonly prepare: (setting: Setting) => Promise<Comparison>;
}

/** A reference is not installed here: the group is skipped, or fails where CI is set. */
export class NotInstalled extends Error {}
