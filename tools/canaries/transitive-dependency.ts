// at: apps/registry/src/borrowed.ts
// lint says: Only packages defined in the "package.json" can be imported
import { parse } from 'acorn';

export const borrowed = parse;
