import { decayPolicySchema, type DecayPolicy } from '@loam/contracts/decay-policy';
import type { Tx } from '@loam/database';
import { z } from 'zod';
import { noPolicy } from './verdict.rules';

/** A version of a tenant's policy. */
export interface PolicyVersion {
  readonly version: number;
  readonly policy: DecayPolicy;
  readonly setAt: string | null;
  readonly setBy: string | null;
}

/** What decides until somebody sets a policy. */
const UNSET: PolicyVersion = { version: 0, policy: noPolicy, setAt: null, setBy: null };

const rows = z.array(
  z
    .object({ version: z.int(), policy: decayPolicySchema, set_at: z.date(), set_by: z.string() })
    .transform(({ version, policy, set_at, set_by }) => ({
      ...{ version, policy, setAt: set_at.toISOString(), setBy: set_by },
    })),
);

/** The versions of the policy, the newest first, and at the end that there was none. */
export async function readPolicies(tx: Tx, limit: number): Promise<PolicyVersion[]> {
  const found = await tx.query<unknown[]>(
    `SELECT version, policy, set_at, set_by FROM policies WHERE tenant_id = current_setting('loam.tenant')::uuid
     ORDER BY version DESC LIMIT $1`,
    [limit],
  );
  return [...rows.parse(found), UNSET];
}

export async function readPolicy(tx: Tx): Promise<PolicyVersion> {
  const [current] = await readPolicies(tx, 1);
  return current ?? UNSET;
}

export async function readPolicyVersion(tx: Tx, version: number): Promise<PolicyVersion | undefined> {
  if (version === 0) return UNSET;
  const found = await tx.query<unknown[]>(
    `SELECT version, policy, set_at, set_by FROM policies
     WHERE tenant_id = current_setting('loam.tenant')::uuid AND version = $1`,
    [version],
  );
  return rows.parse(found)[0];
}
