import { z } from 'zod';
import { defineOperation } from './define';
import { sha256Schema, slugSchema } from './skill';

export const RebuildMirror = defineOperation('registry.rebuild-mirror', 1, {
  summary: "Make the git mirror of a tenant's catalog anew from the log.",
  scope: 'platform:admin',
  input: z.object({}),
  output: z.object({}),
  problems: ['mirror-off'],
});

/** Why an archive was not taken in: a code and what exactly is wrong. Nothing of it was stored. */
export const archiveFaultSchema = z.object({
  code: z.enum([
    'archive-unreadable',
    'archive-manifest',
    'archive-digest',
    'archive-events',
    'archive-bundles',
    'archive-other-tenant',
    'tenant-not-empty',
  ]),
  detail: z.string(),
});

/** An export or import of a tenant: a job that can be watched. */
export const transferSchema = z
  .object({
    id: z.uuid(),
    direction: z.enum(['export', 'import']),
    status: z.enum(['waiting', 'running', 'done', 'failed']),
    /** Events and bundles so far, and in all; 0 of 0 until that is known. */
    progress: z.object({ done: z.int(), total: z.int() }),
    /** Why an import was refused. */
    error: archiveFaultSchema.nullable(),
    /** Of the archive; of an export once it is done. */
    sha256: sha256Schema.nullable(),
    bytes: z.int().nullable(),
    startedAt: z.iso.datetime(),
    /** When the archive of an export is removed. */
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Transfer' });
export type Transfer = z.output<typeof transferSchema>;

export const StartExport = defineOperation('registry.start-export', 1, {
  summary: "Begin to write a tenant's log and bundles into one archive.",
  scope: 'platform:admin',
  input: z.object({ slug: slugSchema }),
  output: transferSchema,
});

export const StartImport = defineOperation('registry.start-import', 1, {
  summary: "Begin to take a tenant's log and bundles from a staged archive into a tenant that has none.",
  scope: 'platform:admin',
  /** The archive is under the key that follows from the id. */
  input: z.object({ slug: slugSchema, id: z.uuid(), sha256: sha256Schema, bytes: z.int() }),
  output: transferSchema,
  problems: ['tenant-not-empty', 'upload-lost'],
});

export const GetTransfer = defineOperation('registry.get-transfer', 1, {
  summary: 'How far an export or import is.',
  scope: 'platform:admin',
  input: z.object({ id: z.uuid() }),
  output: transferSchema,
  problems: ['transfer-not-found'],
});
