import { z } from 'zod';
import type { Tx } from '@loam/database';
import { usualReviewRule, type ReviewRule } from './review-rule.stream';

const rows = z.array(z.object({ secondPerson: z.boolean() }));

/** The rule of the transaction's tenant. */
export async function findReviewRule(tx: Tx): Promise<ReviewRule> {
  const found = await tx.query<unknown[]>(
    `SELECT second_person AS "secondPerson" FROM review_rules
     WHERE tenant_id = current_setting('loam.tenant')::uuid`,
  );
  return rows.parse(found)[0] ?? usualReviewRule;
}
