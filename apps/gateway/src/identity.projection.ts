import { TenantCreated, TokenIssued, TokenRevoked } from '@loam/contracts/gateway';
import { on, type Projection } from '@loam/event-store';

/** Tenants and tokens as the look-up at the door needs them. */
export const identity: Projection = {
  name: 'identity',
  tables: ['tenants', 'tokens'],
  handlers: [
    on(TenantCreated, async (tx, { tenant, data, occurredAt }) => {
      await tx.query('INSERT INTO tenants (tenant_id, slug, name, created_at) VALUES ($1, $2, $3, $4)', [
        ...[tenant, data.slug, data.name, occurredAt],
      ]);
    }),
    on(TokenIssued, async (tx, { tenant, data, occurredAt }) => {
      await tx.query(
        `INSERT INTO tokens (tenant_id, id, label, hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [tenant, data.tokenId, data.label, data.hash, data.scopes, occurredAt, data.expiresAt],
      );
    }),
    on(TokenRevoked, async (tx, { tenant, data, occurredAt }) => {
      await tx.query('UPDATE tokens SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2', [
        ...[tenant, data.tokenId, occurredAt],
      ]);
    }),
  ],
};
