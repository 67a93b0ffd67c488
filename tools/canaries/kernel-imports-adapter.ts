// at: libs/kernel/src/append.ts
// lint says: A project tagged with "type:kernel" can only depend on libs tagged with "type:contracts"
import { publish } from '@loam/messaging';

export const append = publish;
