// at: apps/telemetry/src/uses.ts
export const uses = 1;
