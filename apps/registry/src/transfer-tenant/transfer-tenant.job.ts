import type { BlobStore } from '@loam/blobs';
import type { EventStore } from '@loam/event-store';
import type { JobHandlers, Jobs } from '@loam/jobs';
import type { Clock } from '@loam/kernel';
import { UploadReader } from '@loam/uploads';
import type { registryJobs } from '../registry.jobs';
import { exportTenant } from './export-tenant';
import { importTenant } from './import-tenant';

interface TransferParts {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly jobs: Jobs<typeof registryJobs>;
  readonly clock: Clock;
  /** How long the archive of an export is kept, in ms. */
  readonly keptMs: number;
}

/** The work of exports and imports. */
export function transferHandlers(
  parts: TransferParts,
): Pick<JobHandlers<typeof registryJobs>, 'exportTenant' | 'importTenant'> {
  const { store, blobs, jobs } = parts;
  const uploads = new UploadReader({ blobs });
  return {
    exportTenant: async (data, { tenant, signal }) => {
      if (tenant !== null) await exportTenant(parts, { ...data, tenant, signal });
    },
    importTenant: async (data, { tenant, signal, context }) => {
      if (tenant === null) return;
      const actor = { type: 'service' as const, id: 'registry' };
      await importTenant(
        { store, blobs, uploads, jobs },
        { ...data, tenant, signal, context: { ...context, tenant, actor } },
      );
    },
  };
}
