import { usagePolicyDefaults, usagePolicySchema, type UsagePolicy } from '@loam/contracts/usage';
import type { Tx } from '@loam/database';

const FIND = `
  SELECT tracking, people, least_people AS "leastPeople", retention_days AS "retentionDays" FROM usage_policies
  WHERE tenant_id = current_setting('loam.tenant')::uuid`;

/** What the transaction's tenant has decided about the records of its use. */
export async function policyOf(tx: Tx): Promise<UsagePolicy> {
  const [row] = await tx.query<unknown[]>(FIND);
  return row === undefined ? usagePolicyDefaults : usagePolicySchema.parse(row);
}
