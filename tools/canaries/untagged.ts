// at: apps/untagged/src/untagged.ts
// lint says: A project without tags matching at least one constraint
import { publish } from '@loam/messaging';

export const untagged = publish;
