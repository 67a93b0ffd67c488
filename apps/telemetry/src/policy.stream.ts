import { defineEvent } from '@loam/contracts/define';
import { usagePolicySchema } from '@loam/contracts/usage';

export const UsagePolicySet = defineEvent('telemetry.usage-policy-set', 1, usagePolicySchema, {
  summary: 'The tenant has decided what is kept of its use, for how long, and what of it is told.',
});

/** The stream of what a tenant has decided about the records of its use. */
export const policyStream = (tenant: string): string => `usage-policy:${tenant}`;
