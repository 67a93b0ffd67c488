// at: apps/registry/src/own-portal.ts
// lint says: A project tagged with "scope:registry" can only depend on libs tagged with
import { page } from '@loam/pages';

export const ownPortal = page;
