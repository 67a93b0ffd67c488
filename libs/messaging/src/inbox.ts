import { grantSystem, tenantTable, type Owner, type Tx } from '@loam/database';

/**
 * The inbox of a service that reacts to events, for a migration: which consumer has handled which event. The mark is
 * written in the transaction of the effect, so that both happen or neither does. The system role may delete marks
 * older than the streams keep events.
 */
export function inboxTables(owner: Owner): string[] {
  return [
    `CREATE TABLE inbox (
      tenant_id uuid NOT NULL,
      consumer text NOT NULL,
      event_id uuid NOT NULL,
      handled_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT inbox_once PRIMARY KEY (tenant_id, consumer, event_id)
    )`,
    'CREATE INDEX inbox_by_age ON inbox (handled_at)',
    ...tenantTable(owner, 'inbox', ['SELECT', 'INSERT']),
    ...grantSystem(owner, 'inbox', ['SELECT', 'DELETE']),
  ];
}

interface Mark {
  readonly tenant: string;
  readonly consumer: string;
  readonly event: string;
}

export async function isHandled(tx: Tx, { tenant, consumer, event }: Mark): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    'SELECT 1 FROM inbox WHERE tenant_id = $1 AND consumer = $2 AND event_id = $3',
    [tenant, consumer, event],
  );
  return rows.length > 0;
}

export async function markHandled(tx: Tx, { tenant, consumer, event }: Mark): Promise<void> {
  await tx.query('INSERT INTO inbox (tenant_id, consumer, event_id) VALUES ($1, $2, $3)', [
    tenant,
    consumer,
    event,
  ]);
}

/** Whether another process handled the same event at the same time and committed first. */
export const isHandledMeanwhile = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'inbox_once';
