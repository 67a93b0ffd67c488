import { z } from 'zod';

/** What a token may do. There is no hierarchy: a token lists what it may, and `*` matches all but `platform:admin`. */
export const scopeSchema = z.enum([
  'skills:read',
  'skills:publish',
  'telemetry:write',
  'capture:write',
  'tenant:admin',
  'platform:admin',
]);
export type Scope = z.output<typeof scopeSchema>;

/** Whether a caller with these scopes may do what needs `needed`. */
export const permits = (scopes: readonly string[], needed: Scope): boolean =>
  scopes.includes(needed) || (needed !== 'platform:admin' && scopes.includes('*'));
