import { z } from 'zod';
import { bundleProblemCodes } from '@loam/contracts/problems';

const requirementSchema = z.object({ slug: z.string(), range: z.string() });

/** What the reader's thread answers: the bundle checked and packed anew, or why it is refused. */
export const readingSchema = z.union([
  z.object({
    ok: z.literal(true),
    name: z.string().nullable(),
    description: z.string(),
    descriptionDerived: z.boolean(),
    whenToUse: z.string().nullable(),
    tags: z.array(z.string()),
    requires: z.array(requirementSchema),
    fingerprint: z.string(),
    files: z.int(),
    tarGz: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  z.object({
    ok: z.literal(false),
    code: z.enum(bundleProblemCodes),
    detail: z.string(),
    pointer: z.string().optional(),
  }),
]);
export type Reading = z.output<typeof readingSchema>;

/** What the thread is asked. */
export interface ReadingRequest {
  readonly bytes: Uint8Array;
  /** For items whose authors write none, such as commands. */
  readonly deriveDescription: boolean;
}
