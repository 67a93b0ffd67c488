// at: apps/registry/src/unfinished.ts
// lint says: Unexpected 'todo' comment
// TODO the rest
export const half = 1;
