// at: apps/registry/src/peek/orphan.ts
// imports says: no-orphans
// unused says: apps/registry/src/peek/orphan.ts
export const alone = 1;
