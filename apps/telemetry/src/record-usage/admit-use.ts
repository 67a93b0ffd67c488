import { createHash } from 'node:crypto';
import type { Usage } from '@loam/contracts/telemetry';

/** A use as it is counted. */
export interface AdmittedUse {
  /** Tenant and id, which together count once. */
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  /** Of what the reporter said was used and how; two reports of one use differ in nothing of this. */
  readonly bodyHash: string;
  /** Empty where it is unknown, since it is part of keys. */
  readonly version: string;
  readonly at: string;
  readonly kind: string;
  readonly slug: string;
  readonly event: string;
  /** A number; how many uses this is. */
  readonly times: string;
}

const MINUTE_MS = 60_000;
const AHEAD_MS = 5 * MINUTE_MS;
const BEHIND_MS = 400 * 24 * 60 * MINUTE_MS;

/**
 * A use whose time cannot be right (over 5 minutes ahead, over 400 days ago) is taken to have happened when it was
 * received. The time is no part of the body: a client that tries again may say the time of its second try.
 */
export function admitUse(use: Usage, now: Date): AdmittedUse {
  const [tenant, id] = [use.tenant.toLowerCase(), use.id.toLowerCase()];
  const { kind, slug, event, times } = use;
  const version = use.version ?? '';
  const body = JSON.stringify([kind, slug, version, event, ...(times === 1 ? [] : [times])]);
  const at = new Date(use.at);
  const late = now.getTime() - at.getTime();
  return {
    ...{ key: `${tenant}/${id}`, tenant, id, kind, slug, version, event, times: String(times) },
    bodyHash: createHash('sha256').update(body).digest('hex').slice(0, 32),
    at: (late < -AHEAD_MS || late > BEHIND_MS ? now : at).toISOString(),
  };
}
