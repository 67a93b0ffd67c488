import type { BlobStore } from '@loam/blobs';
import type { Database, Tx } from '@loam/database';
import { uuidv7 } from '@loam/kernel';
import { archiveFacts, type ArchivedFacts, type FactLine } from '../fact-archive';
import {
  factsIn,
  forgetIds,
  monthsOf,
  noteArchived,
  retentionsOf,
  takeFacts,
  tenantsIn,
} from './retain-usage.queries';

interface Parts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export interface Retained {
  months: number;
  facts: number;
  ids: number;
}

const DAY_MS = 86_400_000;
/** Facts that are in memory while they are taken out. */
const MOST = 20_000;
const MOST_IDS = 50_000;
/** A second report of an id counts again after this; older events are taken for new ones anyway. */
const IDS_DAYS = 400;

const daysAgo = (now: Date, days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
const dayOf = (time: string): string => time.slice(0, 10);
const monthOf = (time: string): string => `${time.slice(0, 7)}-01`;

/**
 * Takes what is older than its tenant wants to keep it to the object store, and out of the database. Months that are
 * older than all tenants want to keep them are dropped as a whole; what one tenant wants to keep for a shorter time is
 * deleted in portions. It may end anywhere and begin again: what is archived and what is gone are noted in one commit.
 */
export async function retainUsage(parts: Parts): Promise<Retained> {
  const { database, now, signal } = parts;
  const retained: Retained = { months: 0, facts: 0, ids: 0 };
  const { ofTenants, ofOthers } = await database.system(retentionsOf);
  const longest = Math.max(ofOthers, ...ofTenants.values());
  const boundary = monthOf(daysAgo(now, longest));
  for (const { month, table, attached } of await database.system(monthsOf)) {
    if (month >= boundary || signal.aborted) continue;
    if (attached) await database.system((tx) => tx.query('SELECT detach_usage_month($1)', [month]));
    retained.facts += await dropMonth(parts, month, table);
    retained.months += 1;
  }
  // What is left of those who keep it longest is in no month's table, or in the month of the limit itself.
  const shortest = Math.min(ofOthers, ...ofTenants.values());
  const tenants = await patiently(database, (tx) => tenantsIn(tx, 'usage_facts', daysAgo(now, shortest)));
  for (const tenant of tenants) {
    const days = ofTenants.get(tenant) ?? ofOthers;
    const before = days === longest ? boundary : dayOf(daysAgo(now, days));
    retained.facts += await takeAll(parts, tenant, `${before}T00:00:00Z`);
  }
  for (let gone = MOST_IDS; gone === MOST_IDS && !signal.aborted; retained.ids += gone)
    gone = await patiently(database, (tx) => forgetIds(tx, dayOf(daysAgo(now, IDS_DAYS)), MOST_IDS));
  return retained;
}

/** A transaction that may take long, or wait for the object store. */
const patiently = <T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.system(async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    return work(tx);
  });

/** @returns how many facts it held */
async function dropMonth({ database, blobs, signal }: Parts, month: string, table: string): Promise<number> {
  const archived = await patiently(database, async (tx) => {
    const found: ArchivedFacts[] = [];
    for (const tenant of await tenantsIn(tx, table, 'infinity')) {
      signal.throwIfAborted();
      found.push(await archiveFacts(blobs, { tenant, name: month.slice(0, 7) }, factsIn(tx, table, tenant)));
    }
    return found;
  });
  await database.system(async (tx) => {
    await noteArchived(tx, archived);
    await tx.query('SELECT drop_usage_month($1)', [month]);
  });
  return archived.reduce((sum, { facts }) => sum + facts, 0);
}

async function* each(lines: readonly FactLine[]): AsyncGenerator<FactLine> {
  yield* lines;
}

async function takeAll({ database, blobs, signal }: Parts, tenant: string, before: string): Promise<number> {
  let taken = 0;
  for (let last = MOST; last === MOST && !signal.aborted; taken += last)
    last = await patiently(database, async (tx) => {
      const lines = await takeFacts(tx, tenant, before, MOST);
      if (lines.length > 0)
        await noteArchived(tx, [await archiveFacts(blobs, { tenant, name: uuidv7() }, each(lines))]);
      return lines.length;
    });
  return taken;
}
