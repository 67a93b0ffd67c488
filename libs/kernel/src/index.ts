export { betaBelow, betaQuantile } from './beta';
export { uuidv7, isUuid } from './ids';
export { FairQueue } from './fair-queue';
export { randomHex } from './random';
export { accept, reject, type Decider, type Decision, type Rejection } from './decider';
export type { Clock } from './clock';
export { crashPoint, crashPoints, type CrashPoint } from './crash-point';
export { createToken, hashToken, parseToken } from './token';
