export { AlreadyRunning } from './lock';
export { writeWhole } from './files';
export { step, type Progress } from './progress';
export { removeStack } from './reset';
export type { Environment } from './service-environment';
export { startStack, type Stack, type StackOptions } from './stack';
export type { Supervised } from './supervised';
