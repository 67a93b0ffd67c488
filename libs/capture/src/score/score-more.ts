import type { Call, Place, Prompt, Result, TranscriptRecord } from '../transcript/record';
import { type Found, KEPT, type OpenCall, type ScoreState } from './score-state';
import { outcomeOf } from './piped';
import { stemOf } from './shell';
import { wishIn } from './wish';

const TESTS = [
  ...['cargo test', 'cargo nextest', 'pytest', 'npm test', 'npm run test', 'yarn test', 'go test', 'jest'],
];
const CHANGES: ReadonlySet<string> = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);
const EVIDENCE_MAX = 240;

const placeOf = ({ uuid, offset }: Place): Place => ({ uuid, offset });
const lastOf = <T>(list: readonly T[], most: number): readonly T[] => list.slice(-most);

/** The part of a text around a word that was found in it. */
function around(text: string, at: number): string {
  const from = Math.max(0, at - 80);
  return text.slice(from, from + EVIDENCE_MAX).trim();
}

function heard(state: ScoreState, prompt: Prompt): ScoreState {
  if (state.found.some(({ kind }) => kind === 'explicit_marker')) return state;
  const wish = wishIn(prompt.text);
  if (wish === undefined) return state;
  const evidence = around(prompt.text, wish.at);
  return {
    ...state,
    found: [...state.found, { kind: 'explicit_marker', evidence, records: [placeOf(prompt)] }],
  };
}

function called(state: ScoreState, call: Call): ScoreState {
  const { id, tool, target, agent = '', novel } = call;
  const known = state.done.includes(id) || state.open.some((open) => open.id === id);
  if (known || (tool !== 'Bash' && !CHANGES.has(tool))) return state;
  return {
    ...state,
    open: lastOf([...state.open, { ...placeOf(call), id, tool, target, agent, novel }], KEPT.open),
  };
}

/** The same test that failed twice or more, one time after the other, and then passed. */
function tested(
  state: ScoreState,
  { target: command, agent, ...call }: OpenCall,
  failed: boolean,
): ScoreState {
  if (!TESTS.some((test) => command.includes(test))) return state;
  const before = state.streaks[agent];
  const failures = before?.command === command ? before.failures : [];
  const records = [...failures, placeOf(call)];
  const { [agent]: _ended, ...others } = state.streaks;
  if (failed) {
    const kept = Object.fromEntries(Object.entries(others).slice(1 - KEPT.streaks));
    return { ...state, streaks: { ...kept, [agent]: { command, failures: lastOf(records, KEPT.places) } } };
  }
  const recovery: Found = { kind: 'test_recovery', evidence: command.slice(0, EVIDENCE_MAX), records };
  const isOne = failures.length >= 2 && state.found.length < KEPT.found;
  const found = isOne ? [...state.found, recovery] : state.found;
  return { ...state, streaks: others, found };
}

const nameOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? '';

function failedAt(state: ScoreState, call: OpenCall): ScoreState {
  const place = placeOf(call);
  const of = call.tool === 'Bash' ? stemOf(call.target) : `edit:${nameOf(call.target)}`;
  const fingerprint = state.fingerprint ?? (of === '' ? null : { ...place, of });
  if (call.tool === 'Bash') {
    const known = of === '' || state.failedStems.some(({ stem }) => stem === of);
    const first = { ...place, stem: of, command: call.target.slice(0, EVIDENCE_MAX), novel: call.novel };
    const failedStems = known ? state.failedStems : lastOf([...state.failedStems, first], KEPT.stems);
    return { ...state, fingerprint, failedStems };
  }
  const path = call.target;
  const before = state.failedEdits.find((edit) => edit.path === path)?.records ?? [];
  const others = state.failedEdits.filter((edit) => edit.path !== path);
  const edit = { path, records: lastOf([...before, place], KEPT.places) };
  return { ...state, fingerprint, failedEdits: lastOf([...others, edit], KEPT.paths) };
}

function answered(state: ScoreState, { id, outcome: told, text }: Result): ScoreState {
  const call = state.open.find((open) => open.id === id);
  if (call === undefined) return state;
  const open = state.open.filter((other) => other !== call);
  const next = { ...state, open, done: lastOf([...state.done, id], KEPT.done) };
  const outcome = call.tool === 'Bash' ? outcomeOf(call.target, told, text) : told;
  if (outcome !== 'passed' && outcome !== 'failed') return next;
  const failed = outcome === 'failed';
  const judged = call.tool === 'Bash' ? tested(next, call, failed) : next;
  return failed ? failedAt(judged, call) : judged;
}

/** Blocks of one answer are one turn, though results may come between them; so are answers that follow each other. */
function spoke(state: ScoreState, message = ''): ScoreState {
  const same = state.speaking || (message !== '' && message === state.message);
  return { ...state, turns: state.turns + (same ? 0 : 1), speaking: true, message };
}

function scoreOne(state: ScoreState, record: TranscriptRecord): ScoreState {
  switch (record.kind) {
    case 'prompt':
      return heard({ ...state, speaking: false }, record);
    case 'said':
      return spoke(state, record.message);
    case 'call':
      return called(spoke(state, record.message), record);
    case 'result':
      return answered({ ...state, speaking: false }, record);
  }
}

/** What is known of a session after further records. The same records in any division come to the same. */
export const scoreMore = (state: ScoreState, records: readonly TranscriptRecord[]): ScoreState =>
  records.reduce(scoreOne, state);
