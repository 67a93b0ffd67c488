// at: apps/registry/src/circle-a.ts
// imports says: no-circular
import { b } from './circle-b';

export const a = (): number => b();
