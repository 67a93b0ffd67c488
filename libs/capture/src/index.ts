export { idOf, skillName, type DetectedUse } from './detected-use';
export { useInHook } from './claude-code-hook';
export { captureInHook, type HookCapture } from './hook-capture';
export { useInLog, type OtelLog } from './otel-log';
export type { Call, Outcome, Place, Prompt, Result, Said, TranscriptRecord } from './transcript/record';
export {
  openTranscript,
  readMore,
  readRest,
  type TranscriptPlace,
  type TranscriptState,
} from './transcript/read-transcript';
export { transcriptLine } from './transcript/transcript-line';
export { newScore, type ScoreState } from './score/score-state';
export { scoreMore } from './score/score-more';
export {
  scoreOf,
  type Score,
  type Signal,
  type SignalKind,
  type Surroundings,
  thresholds,
  type Weights,
} from './score/score-of';
export { outcomeOf } from './score/piped';
export { stemOf } from './score/shell';
export { wishIn } from './score/wish';
