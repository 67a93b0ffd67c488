// at: apps/registry/src/peek/peek.fixtures.ts
export const sample = 1;
