// at: apps/registry/src/age/age.projection.ts
// lint says: The pure core imports contracts, kernel
// imports says: projections-know-only-contracts-and-the-log
import { Injectable } from '@nestjs/common';

export const injected = Injectable;
