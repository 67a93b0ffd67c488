// at: apps/registry/src/age/age.decider.ts
// lint says: The pure core is given time, ids and chance
export const age = (born: number) => Date.now() - born;
