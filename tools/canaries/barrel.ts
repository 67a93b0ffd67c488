// at: apps/registry/src/age/index.ts
// layout says: apps have no barrels
export { age } from './age.decider';
