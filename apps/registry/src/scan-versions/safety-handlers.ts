import type { JobHandlers } from '@loam/jobs';
import { UploadReader } from '@loam/uploads';
import type { registryJobs } from '../registry.jobs';
import { rescanCatalog } from './rescan-catalog.job';
import { contextOf, scanVersion } from './scan-version.job';

/** Nobody waits for these scans, so that the largest bundle has its time. */
const TIMEOUT_MS = 60_000;

type Parts = Omit<Parameters<typeof rescanCatalog>[0], 'scanner'>;

/** The jobs of the safety gate, with a reader of their own: uploads do not wait behind a scan of the catalog. */
export function safetyHandlers(
  parts: Parts,
): Pick<JobHandlers<typeof registryJobs>, 'scanVersion' | 'rescanCatalog'> {
  const all = { ...parts, scanner: new UploadReader({ blobs: parts.blobs, timeoutMs: TIMEOUT_MS }) };
  return {
    scanVersion: async (item, { tenant, context }) => {
      if (tenant === null) throw new Error('a version belongs to a tenant');
      await scanVersion(all, item, { ...contextOf(tenant, context.correlationId), ...context });
    },
    rescanCatalog: async (_data, { signal, context }) => {
      const { scanned } = await rescanCatalog(all, { correlationId: context.correlationId, signal });
      if (scanned > 0) parts.log.info({ scanned }, 'scanned the catalog by these rules');
    },
  };
}
