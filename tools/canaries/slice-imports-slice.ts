// at: apps/registry/src/peek/peek.ts
// imports says: slices-are-islands
export { Greeter } from '../greet/greeter';
