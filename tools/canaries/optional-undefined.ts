// at: apps/registry/src/optional-undefined.ts
// types says: TS2375
export const options: { limit?: number } = { limit: undefined };
