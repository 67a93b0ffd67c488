// at: apps/registry/src/peek/climb.ts
// imports says: nobody-imports-the-root
export { port } from '../registry.env';
