// at: apps/registry/src/swallow/swallow.row.ts
// lint says: A row belongs to one slice
import { ManyToOne } from 'typeorm';

export const relation = ManyToOne;
