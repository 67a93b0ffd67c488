import { on, type Projection } from '@loam/event-store';
import { UsagePolicySet } from '../policy.stream';

export const usagePolicies: Projection = {
  name: 'usage-policies',
  tables: ['usage_policies'],
  handlers: [
    on(UsagePolicySet, async (tx, { tenant, data }) => {
      await tx.query(
        `INSERT INTO usage_policies (tenant_id, tracking, people, least_people, retention_days)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id) DO UPDATE SET tracking = $2, people = $3, least_people = $4, retention_days = $5`,
        [tenant, data.tracking, data.people, data.leastPeople, data.retentionDays],
      );
    }),
  ],
};
