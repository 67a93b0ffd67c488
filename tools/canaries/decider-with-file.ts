// at: apps/registry/src/age/read.decider.ts
// lint says: The pure core imports contracts, kernel
// imports says: streams-know-only-contracts
import { readFileSync } from 'node:fs';

export const read = readFileSync;
