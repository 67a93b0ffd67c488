import { SweepCompleted } from '@loam/contracts/decay';
import { on, type Projection } from '@loam/event-store';
import { PolicySet } from './policy.stream';

/** The versions of each tenant's policy, and what came of its sweeps. */
export const policies: Projection = {
  name: 'policies',
  tables: ['policies', 'sweeps'],
  handlers: [
    on(PolicySet, async (tx, { tenant, data, occurredAt, actor }) => {
      await tx.query(
        'INSERT INTO policies (tenant_id, version, policy, set_at, set_by) VALUES ($1, $2, $3, $4, $5)',
        [tenant, data.version, JSON.stringify(data.policy), occurredAt, actor.id],
      );
    }),
    on(SweepCompleted, async (tx, { tenant, data }) => {
      await tx.query(
        `INSERT INTO sweeps (tenant_id, id, at, outcome, policy_version, examined, flagged, cleared, notified, archived)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[tenant, data.id, data.at, data.outcome, data.policyVersion],
          ...[data.examined, data.flagged, data.cleared, data.notified, data.archived],
        ],
      );
    }),
  ],
};
