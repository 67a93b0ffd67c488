// at: apps/registry/src/look-up.ts
// lint says: A slice names what it needs
import { ModuleRef } from '@nestjs/core';

export const lookUp = ModuleRef;
