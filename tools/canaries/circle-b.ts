// at: apps/registry/src/circle-b.ts
import { a } from './circle-a';

export const b = (): number => a();
