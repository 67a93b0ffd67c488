import type { EventStore } from '@loam/event-store';

/** Every tenant that has live items. */
export async function tenantsOf({ database }: Pick<EventStore, 'database'>): Promise<string[]> {
  const rows = await database.system((tx) =>
    tx.query<{ tenant_id: string }[]>('SELECT DISTINCT tenant_id FROM vitals WHERE live ORDER BY tenant_id'),
  );
  return rows.map(({ tenant_id }) => tenant_id);
}
