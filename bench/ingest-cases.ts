import { join } from 'node:path';
import type { Client } from 'pg';
import { HttpLink } from './http-link';
import { httpWorker } from './http-worker';
import { startLoam } from './loam';
import { NAIVE_TOKEN, startBare, startNaive } from './others';
import { untilIdle } from './processes';
import type { Scenario } from './scenario';
import { ToldEvents, type Spread } from './told-events';

export const SKILLS = 1000;
/** Events before the measurement, so that what is hot is compiled; a busy machine may need long for them. */
const WARM_UP = 5000;

/** How a case is loaded. */
export interface Load {
  readonly name: string;
  readonly clients: number;
  readonly openRate: number;
  /** Events of one request. */
  readonly events: number;
  readonly spread: Spread;
}

/** In requests; one caller alone would take too long for all of it. */
const warmUpOf = ({ clients, events }: Load): number => Math.min(WARM_UP, clients * 500) / events;

interface Sum {
  readonly what: string;
  readonly sum: string;
}

/** What is there has to be what was acknowledged: nothing lost, nothing twice, and no sum that says otherwise. */
async function requireSums(admin: Client, sql: string, acknowledged: number): Promise<void> {
  const { rows } = await admin.query<Sum>(sql);
  const wrong = rows.find(({ sum }) => Number(sum) !== acknowledged);
  if (wrong !== undefined)
    throw new Error(`${acknowledged} were acknowledged, and ${wrong.what} say ${wrong.sum}`);
}

const OUR_SUMS = `
  SELECT 'facts' AS what, count(*)::text AS sum FROM telemetry.usage_facts
  UNION ALL SELECT 'ids', count(*)::text FROM telemetry.usage_ids
  UNION ALL SELECT 'quarters', sum(views + downloads)::text FROM telemetry.usage_quarters
  UNION ALL SELECT 'days', sum(views + downloads)::text FROM telemetry.usage_days
  UNION ALL SELECT 'totals', sum(uses)::text FROM telemetry.usage_totals`;

const NAIVE_SUMS = `
  SELECT 'facts' AS what, count(*)::text AS sum FROM usage_facts
  UNION ALL SELECT CASE length(span) WHEN 0 THEN 'totals' WHEN 10 THEN 'days' ELSE 'quarters' END, sum(uses)::text
  FROM usage_sums GROUP BY 1`;

/** Empties what telemetry has recorded; the catalog stays. */
export async function forgetUse(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ tables: string }>(
    `SELECT string_agg(format('telemetry.%I', relname), ', ') AS tables FROM pg_class
     WHERE relnamespace = 'telemetry'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname LIKE 'usage\\_%' AND relname <> 'usage_streams'`,
  );
  await admin.query(`TRUNCATE ${rows[0]?.tables ?? ''}`);
  await admin.query('CHECKPOINT');
}

async function tellFirst(url: string, told: ToldEvents): Promise<void> {
  const link = await HttpLink.open(url);
  const { request, expect } = told.first();
  expect(await link.ask(request));
  link.close();
}

/** Loam with as many skills as are told of, through its gateway with a token. */
export const loamCase = (home: string, profile: boolean, load: Load): Scenario => ({
  ...{ name: load.name, role: 'ours', clients: load.clients, openRate: load.openRate },
  ...{ weight: load.events, warmUp: warmUpOf(load) },
  start: async () => {
    const loam = await startLoam(home, {
      ...{ profile, watched: ['gateway', 'telemetry'] },
      // The quota is there and counted, and no reason to refuse anything here.
      variables: { LOAM_EVENTS_PER_SECOND: '10000000' },
    });
    const { stack, admin, processes, observe, profiler, stop } = loam;
    await forgetUse(admin);
    const told = new ToldEvents({ path: '/v1/events', token: stack.token, skills: SKILLS, ...load });
    await tellFirst(stack.url, told);
    await untilIdle(processes);
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () => httpWorker(stack.url, () => told.next()),
      check: () => requireSums(admin, OUR_SUMS, told.acknowledged),
    };
  },
});

/** The same by the naive way. */
export const naiveCase = (folder: string, load: Load): Scenario => ({
  ...{ name: load.name, role: 'reference', clients: load.clients, openRate: load.openRate },
  ...{ weight: load.events, warmUp: warmUpOf(load) },
  start: async () => {
    const { url, admin, processes, observe, stop } = await startNaive(join(folder, 'naive'));
    const path = load.events === 1 ? '/events' : '/batches';
    const told = new ToldEvents({ path, token: NAIVE_TOKEN, skills: SKILLS, ...load });
    await admin.query('CHECKPOINT');
    return {
      ...{ processes, observe, stop },
      open: () => httpWorker(url, () => told.next()),
      check: () => requireSums(admin, NAIVE_SUMS, told.acknowledged),
    };
  },
});

/** One insert into one table with a key per request, or nothing at all; without token, sums or a second process. */
export const insertCase = (folder: string, load: Load, path: '/insert' | '/floor'): Scenario => ({
  ...{
    name: load.name,
    role: 'limit',
    clients: load.clients,
    openRate: load.openRate,
    warmUp: warmUpOf(load),
  },
  start: async () => {
    const { url, admin, processes, observe, stop } = await startBare(join(folder, 'bare'));
    const told = new ToldEvents({ path, token: '', skills: SKILLS, ...load });
    return {
      ...{ processes, observe, stop },
      open: () => httpWorker(url, () => told.next()),
      check: async () => {
        const rows = `SELECT 'rows' AS what, count(*)::text AS sum FROM keyed`;
        if (path === '/insert') await requireSums(admin, rows, told.acknowledged);
      },
    };
  },
});
