import { z } from 'zod';
import { defineEvent } from '@loam/contracts/define';
import { decayPolicySchema } from '@loam/contracts/decay-policy';

export const PolicySet = defineEvent(
  'decay.policy-set',
  1,
  /** `version` counts the policies of the tenant from 1. */
  z.object({ version: z.int().min(1), policy: decayPolicySchema }),
  { summary: 'The tenant decides by this policy from now on.' },
);

export const policyStream = (tenant: string): string => `policy:${tenant}`;
