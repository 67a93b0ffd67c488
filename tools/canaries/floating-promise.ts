// at: apps/registry/src/floating.ts
// lint says: Promises must be awaited
export const forget = (work: () => Promise<void>) => {
  work();
};
