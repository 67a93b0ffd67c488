export { idOf, skillName, type DetectedUse } from './detected-use';
export { useInHook } from './claude-code-hook';
export { captureInHook, type HookCapture } from './hook-capture';
export { useInLog, type OtelLog } from './otel-log';
