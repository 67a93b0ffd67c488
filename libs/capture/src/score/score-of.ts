import type { Place } from '../transcript/record';
import type { ScoreState } from './score-state';

/** What a signal counts. The weights are those that clients of skill-pool know. */
export interface Weights {
  readonly explicit_marker: number;
  readonly test_recovery: number;
  readonly edit_retry: number;
  readonly cross_session_recurrence: number;
  readonly novel_command: number;
  readonly long_session: number;
}
export type SignalKind = keyof Weights;

const defaultWeights: Weights = {
  ...{ explicit_marker: 1000, test_recovery: 50, edit_retry: 30 },
  ...{ cross_session_recurrence: 30, novel_command: 15, long_session: 5 },
};

/** From when on a session is put into the queue, and from when on it is worth a draft without being asked for. */
export const thresholds = { queue: 50, draft: 100 } as const;

/** What speaks for a session, and the records that show it. */
export interface Signal {
  readonly kind: SignalKind;
  readonly weight: number;
  /** Words of the session: redacted, at most 240 UTF-16 units. */
  readonly evidence: string;
  readonly records: readonly Place[];
}

export interface Score {
  readonly score: number;
  readonly signals: readonly Signal[];
  /** The sum of the weights by kind; each kind is there. */
  readonly breakdown: Weights;
  readonly turns: number;
  /** What the session has in common with others, for `sessionsAlike`; null while nothing failed. */
  readonly fingerprint: string | null;
}

/** What is known beside the transcript. */
export interface Surroundings {
  /** How many sessions have had this fingerprint, this one included. Without it, recurrence is silent. */
  readonly sessionsAlike?: number | undefined;
  readonly weights?: Weights | undefined;
}

const EDITS_THAT_SAY_SOMETHING = 4;
const SESSIONS_THAT_SAY_SOMETHING = 3;
const NOVEL_AT_MOST = 3;
const TURNS_OF_A_LONG_SESSION = 21;

type Evidence = Omit<Signal, 'weight'>;

function recurrence({ fingerprint }: ScoreState, sessions: number): Evidence[] {
  if (fingerprint === null || sessions < SESSIONS_THAT_SAY_SOMETHING) return [];
  const { of, uuid, offset } = fingerprint;
  const evidence = `${of} failed in ${sessions} sessions`;
  return [{ kind: 'cross_session_recurrence', evidence, records: [{ uuid, offset }] }];
}

const novelties = ({ failedStems }: ScoreState): Evidence[] =>
  failedStems
    .filter(({ novel }) => novel)
    .slice(0, NOVEL_AT_MOST)
    .map(({ command, uuid, offset }) => ({
      ...{ kind: 'novel_command', evidence: command, records: [{ uuid, offset }] },
    }));

const retries = ({ failedEdits }: ScoreState): Evidence[] =>
  failedEdits
    .filter(({ records }) => records.length >= EDITS_THAT_SAY_SOMETHING)
    .map(({ path, records }) => ({ kind: 'edit_retry', evidence: path.slice(-240), records }));

const length = ({ turns }: ScoreState): Evidence[] =>
  turns < TURNS_OF_A_LONG_SESSION
    ? []
    : [{ kind: 'long_session', evidence: `${turns} turns of the model`, records: [] }];

/** What a session is worth by what is known of it and around it. Pure: the same on the client and on the server. */
export function scoreOf(state: ScoreState, around: Surroundings = {}): Score {
  const weights = around.weights ?? defaultWeights;
  const evidence: Evidence[] = [
    ...[...state.found, ...retries(state), ...recurrence(state, around.sessionsAlike ?? 0)],
    ...[...novelties(state), ...length(state)],
  ];
  const signals = evidence.map((found) => ({ ...found, weight: weights[found.kind] }));
  const sumOf = (kind: SignalKind): number =>
    signals.reduce((sum, signal) => sum + (signal.kind === kind ? signal.weight : 0), 0);
  const breakdown: Weights = {
    ...{ explicit_marker: sumOf('explicit_marker'), test_recovery: sumOf('test_recovery') },
    ...{ edit_retry: sumOf('edit_retry'), cross_session_recurrence: sumOf('cross_session_recurrence') },
    ...{ novel_command: sumOf('novel_command'), long_session: sumOf('long_session') },
  };
  const score = signals.reduce((sum, { weight }) => sum + weight, 0);
  return { score, signals, breakdown, turns: state.turns, fingerprint: state.fingerprint?.of ?? null };
}
