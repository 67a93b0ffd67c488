// at: apps/registry/src/unchecked-index.ts
// types says: TS2322
export const head = (list: string[]): string => list[0];
