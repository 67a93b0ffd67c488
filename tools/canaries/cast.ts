// at: apps/registry/src/cast.ts
// lint says: Do not use any type assertions
export const cast = (value: unknown) => value as string;
