// at: apps/registry/src/wrong-type.ts
// types says: TS2322
export const count: number = 'one';
