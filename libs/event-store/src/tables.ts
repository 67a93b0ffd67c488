import { grantSystem, roleNames, tenantTable, type Owner } from '@loam/database';

/**
 * The tables of an event log, for a service's first migration.
 *
 * `events` is append-only for every role. Its read order is (transaction_id, position): a sequence alone is
 * assigned before the commit, so a later number can become visible first and a reader would skip the earlier one.
 * `checkpoints` says how far each follower of the log is; `epoch` fences a follower that has lost its lead.
 */
export function eventLogTables(owner: Owner): string[] {
  const { app, system } = roleNames(owner);
  return [
    `CREATE TABLE events (
      transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
      position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      id uuid PRIMARY KEY,
      tenant_id uuid NOT NULL,
      stream text NOT NULL,
      revision integer NOT NULL CHECK (revision >= 0),
      type text NOT NULL,
      version smallint NOT NULL,
      data jsonb NOT NULL,
      occurred_at timestamptz(3) NOT NULL,
      actor jsonb NOT NULL,
      correlation_id text NOT NULL,
      causation_id text,
      traceparent text,
      UNIQUE (tenant_id, stream, revision)
    )`,
    'CREATE INDEX events_in_order ON events (transaction_id, position)',
    ...tenantTable(owner, 'events', ['SELECT', 'INSERT']),
    ...grantSystem(owner, 'events', ['SELECT']),
    `CREATE TABLE checkpoints (
      name text PRIMARY KEY,
      transaction_id xid8 NOT NULL DEFAULT '0',
      position bigint NOT NULL DEFAULT 0,
      epoch bigint NOT NULL DEFAULT 0
    )`,
    `GRANT SELECT, INSERT, UPDATE ON checkpoints TO ${app}, ${system}`,
  ];
}

/** For a service that reads one tenant's part of its log with `readTenantSince`. */
export const tenantLogIndex =
  'CREATE INDEX IF NOT EXISTS events_of_tenant ON events (tenant_id, transaction_id, position)';

/** The channel that is notified after each append. */
export const wakeChannel = (schema: string): string => `${schema}_events`;
