// at: apps/registry/src/pretend.ts
// lint says: A project tagged with "type:service" can only depend on libs tagged with
import { given } from '@loam/testing';

export const pretend = given;
