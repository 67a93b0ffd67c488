import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';

/** What a connection was asked: how often, until a statement is known to come back. */
type Asked = Map<string, number>;

/** A statement that comes for the third time is kept by the server, so that it is parsed and planned no more. */
const KEPT_FROM = 3;
/** More statements than there are in any service: those that are put together of parts do not fill the server. */
const MOST_KNOWN = 500;

const askedOn = new WeakMap<ClientBase, Asked>();
const names = new Map<string, string>();

function askedOf(client: ClientBase): Asked {
  const known = askedOn.get(client);
  if (known !== undefined) return known;
  const asked: Asked = new Map();
  askedOn.set(client, asked);
  return asked;
}

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('base64url');
  names.set(sql, name);
  return name;
}

/** The name under which the connection keeps the statement, if it does. */
function keptAs(client: ClientBase, sql: string): string | undefined {
  const asked = askedOf(client);
  const times = (asked.get(sql) ?? 0) + 1;
  if (times > KEPT_FROM) return nameOf(sql);
  if (times > 1 || asked.size < MOST_KNOWN) asked.set(sql, times);
  return times === KEPT_FROM ? nameOf(sql) : undefined;
}

/**
 * Asks a statement of a connection; one without parameters may be several.
 * @returns the rows; of an UPDATE or DELETE `[rows, count]`. Their type is what the caller says of its own SQL
 */
export function queryOn<T>(client: ClientBase, sql: string, values?: readonly unknown[]): Promise<T>;
export async function queryOn(
  client: ClientBase,
  sql: string,
  values: readonly unknown[] = [],
): Promise<unknown> {
  const name = values.length === 0 ? undefined : keptAs(client, sql);
  const { command, rows, rowCount } = await client.query<Record<string, unknown>>({
    ...{ text: sql, values: [...values], ...(name !== undefined && { name }) },
  });
  return command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows;
}
