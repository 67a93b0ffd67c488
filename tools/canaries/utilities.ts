// at: apps/registry/src/utils/left-over.ts
// layout says: the name "utils" does not say
export const leftOver = 1;
