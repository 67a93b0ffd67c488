import { z } from 'zod';
import { defineRoute } from '../define';
import { slugSchema } from '../skill';
import { transferSchema } from '../transfer';

const tenantParams = z.object({ slug: slugSchema });
const transferParams = tenantParams.extend({ id: z.uuid() });

/** What archives of tenants are sent as. */
export const ARCHIVE = 'application/x-tar';

export const exportTenant = defineRoute('exportTenant', 'POST /v1/admin/tenants/{slug}/export', {
  tag: 'Operations',
  summary: "Begin to write a tenant's catalog, with its history and bundles, into one archive",
  scope: 'platform:admin',
  params: tenantParams,
  status: 202,
  response: transferSchema,
  problems: ['tenant-not-found'],
});

export const importTenant = defineRoute('importTenant', 'POST /v1/admin/tenants/{slug}/import', {
  tag: 'Operations',
  summary: 'Begin to take an exported catalog into a tenant of the same slug that has none',
  scope: 'platform:admin',
  params: tenantParams,
  upload: ARCHIVE,
  status: 202,
  response: transferSchema,
  problems: ['tenant-not-found', 'tenant-not-empty', 'upload-lost', 'body-too-large'],
});

export const getTransfer = defineRoute('getTransfer', 'GET /v1/admin/tenants/{slug}/transfers/{id}', {
  tag: 'Operations',
  summary: 'How far an export or import is, and what came of it',
  scope: 'platform:admin',
  params: transferParams,
  response: transferSchema,
  problems: ['tenant-not-found', 'transfer-not-found'],
});

export const downloadExport = defineRoute(
  'downloadExport',
  'GET /v1/admin/tenants/{slug}/transfers/{id}/archive',
  {
    tag: 'Operations',
    summary: 'The archive of an export, until it expires',
    scope: 'platform:admin',
    params: transferParams,
    media: ARCHIVE,
    headers: { 'X-Loam-Sha256': 'SHA-256 of the archive, in lower-case hex' },
    problems: ['tenant-not-found', 'transfer-not-found', 'transfer-not-done', 'transfer-expired'],
  },
);

export const rebuildMirror = defineRoute('rebuildMirror', 'POST /v1/admin/tenants/{slug}/mirror/rebuild', {
  tag: 'Operations',
  summary: "Make the git mirror of a tenant's catalog anew; it is done some time after the answer",
  scope: 'platform:admin',
  params: tenantParams,
  status: 202,
  problems: ['tenant-not-found', 'mirror-off'],
});
