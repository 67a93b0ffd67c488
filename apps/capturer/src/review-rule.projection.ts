import { ReviewRuleChanged } from '@loam/contracts/draft-review';
import { on, type Projection } from '@loam/event-store';

/** What each tenant asks of its reviewers. */
export const reviewRules: Projection = {
  name: 'review-rules',
  tables: ['review_rules'],
  handlers: [
    on(ReviewRuleChanged, async (tx, { tenant, actor, occurredAt, data }) => {
      await tx.query(
        `INSERT INTO review_rules (tenant_id, second_person, changed_at, changed_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET second_person = $2, changed_at = $3, changed_by = $4`,
        [tenant, data.secondPerson, occurredAt, actor.id],
      );
    }),
  ],
};
