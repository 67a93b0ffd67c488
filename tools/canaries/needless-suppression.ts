// at: apps/registry/src/needless.ts
// lint says: Unused eslint-disable directive
// eslint-disable-next-line eqeqeq -- there is nothing to disable here
export const loud = 1;
