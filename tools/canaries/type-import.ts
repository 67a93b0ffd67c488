// at: apps/registry/src/type-import.ts
// lint says: All imports in the declaration are only used as types
import { Redelivery } from '@loam/messaging';

export const times = (redelivery: Redelivery) => redelivery.times;
