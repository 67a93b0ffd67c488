// at: apps/registry/src/pretend.spec.ts
// lint says nothing
// imports says nothing
// types says nothing
import { given } from '@loam/testing';

it('holds', () => {
  expect(given).toBe(1);
});
