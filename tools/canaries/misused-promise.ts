// at: apps/registry/src/misused.ts
// lint says: Expected non-Promise value in a boolean conditional
export const misused = (ready: Promise<boolean>) => (ready ? 1 : 2);
