// at: apps/registry/src/half-used.ts
// unused says: forgotten
export const used = 1;
export const forgotten = 2;
