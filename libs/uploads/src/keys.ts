import { isUuid, uuidv7 } from '@loam/kernel';

/** Where uploads wait for their command; whatever is left there for long is swept. */
export const STAGING = 'staging/';

/** A fresh place for an upload of this tenant. */
export const stagingKey = (tenant: string): string => `${STAGING}${tenant}/${uuidv7()}`;

/** Whether the key is such a place of this tenant; a command that names any other is refused, and nothing is deleted. */
export const isStagedFor = (tenant: string, key: string): boolean =>
  key.startsWith(`${STAGING}${tenant}/`) && isUuid(key.slice(STAGING.length + tenant.length + 1));

/** Whose such a place is. */
export const tenantOfStaging = (key: string): string => key.slice(STAGING.length).split('/', 1).join('');

/** Where registry keeps a bundle: by the digest of its bytes, so that writing it again changes nothing. */
export const bundleKey = (sha256: string): string => `registry/bundles/${sha256}`;

/** Where registry keeps the text of a plan, by its digest. */
export const planKey = (sha256: string): string => `registry/plans/${sha256}`;

/** Where archives of whole tenants are kept for a while. */
export const TRANSFERS = 'registry/transfers/';

/** Where the archive of an export is, or that of an import waits to be taken in. */
export const transferKey = (tenant: string, id: string): string => `${TRANSFERS}${tenant}/${id}.tar`;

/** Where capturer keeps the bundle of a draft. */
export const draftKey = (sha256: string): string => `capturer/drafts/${sha256}`;
