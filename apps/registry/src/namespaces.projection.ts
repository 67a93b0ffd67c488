import { NamespaceClaimed, NamespaceReleased } from '@loam/contracts/names';
import { on, type Projection } from '@loam/event-store';

/** Who owns which prefix of names, and who did. */
export const namespaces: Projection = {
  name: 'namespaces',
  tables: ['namespaces', 'namespace_moves'],
  handlers: [
    on(NamespaceClaimed, async (tx, { id, tenant, occurredAt, actor, data: { prefix, owners } }) => {
      await tx.query(
        `INSERT INTO namespaces (tenant_id, prefix, owners, claimed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, prefix) DO UPDATE SET owners = $3, claimed_at = $4`,
        [tenant, prefix, owners, occurredAt],
      );
      await tx.query(
        `INSERT INTO namespace_moves (tenant_id, event_id, prefix, owners, moved_at, moved_by)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [tenant, id, prefix, owners, occurredAt, actor.id],
      );
    }),
    on(NamespaceReleased, async (tx, { id, tenant, occurredAt, actor, data: { prefix } }) => {
      await tx.query('DELETE FROM namespaces WHERE tenant_id = $1 AND prefix = $2', [tenant, prefix]);
      await tx.query(
        `INSERT INTO namespace_moves (tenant_id, event_id, prefix, owners, moved_at, moved_by)
         VALUES ($1, $2, $3, '{}', $4, $5)`,
        [tenant, id, prefix, occurredAt, actor.id],
      );
    }),
  ],
};
