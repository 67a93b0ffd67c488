// at: apps/registry/src/non-null.ts
// lint says: Forbidden non-null assertion
export const first = (list: string[]) => list[0]!;
