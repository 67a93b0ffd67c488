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

interface Marks {
  readonly tenant: string;
  readonly consumer: string;
  readonly events: readonly string[];
}

/** Those of the events whose effect has happened before. */
export async function handledBefore(tx: Tx, { tenant, consumer, events }: Marks): Promise<Set<string>> {
  const rows = await tx.query<{ event_id: string }[]>(
    'SELECT event_id FROM inbox WHERE tenant_id = $1 AND consumer = $2 AND event_id = ANY ($3)',
    [tenant, consumer, events],
  );
  return new Set(rows.map((row) => row.event_id));
}

export async function markHandled(tx: Tx, { tenant, consumer, events }: Marks): Promise<void> {
  await tx.query(
    'INSERT INTO inbox (tenant_id, consumer, event_id) SELECT $1, $2, event FROM unnest($3::uuid[]) AS event',
    [tenant, consumer, events],
  );
}

/** Whether another process handled the same event at the same time and committed first. */
export const isHandledMeanwhile = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'inbox_once';
