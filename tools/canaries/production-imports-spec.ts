// at: apps/registry/src/peek/borrow-fixture.ts
// imports says: no-spec-in-prod
export { sample } from './peek.fixtures';
