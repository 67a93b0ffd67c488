import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { HttpLink, requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { removeLoam, startLoam, type Loam } from '../loam';
import type { Comparison, Group, Role, Scenario, Setting } from '../scenario';
import { slugOf } from '../seeded-items';
import { seedUse } from '../seeded-use';

const DAYS = 365;
const HOT = slugOf(0);
const OF_TENANT = `/v1/tenant/usage/timeline?days=${DAYS}`;
const OF_SKILL = `/v1/tenant/usage/series?days=${DAYS}&skill=${HOT}`;
const WATCHED = ['gateway', 'telemetry'] as const;

const timelineSchema = z.array(z.object({ views: z.number(), downloads: z.number() }));

const SINCE = `((now() AT TIME ZONE 'UTC')::date - ${DAYS - 1})`;
const TENANT = '(SELECT tenant_id FROM gateway.tenants)';
const CALENDAR = `generate_series(${SINCE}, (now() AT TIME ZONE 'UTC')::date, interval '1 day') AS calendar (day)`;

/** What most would ask of the facts themselves. */
const live = (condition: string): string => `
  SELECT calendar.day, count(f.event_id) FILTER (WHERE event = 'download'), count(f.event_id) FILTER (WHERE event = 'view'),
    count(DISTINCT f.slug)
  FROM ${CALENDAR} LEFT JOIN telemetry.usage_facts f ON f.tenant_id = ${TENANT} ${condition}
    AND f.at >= calendar.day AT TIME ZONE 'UTC' AND f.at < (calendar.day + interval '1 day') AT TIME ZONE 'UTC'
  GROUP BY 1 ORDER BY 1`;

/** The rows of sums that hold the answer, and nothing done with them. */
const FLOOR_OF_TENANT = `SELECT * FROM telemetry.usage_tenant_days WHERE tenant_id = ${TENANT} AND day >= ${SINCE}`;
const FLOOR_OF_SKILL = `SELECT * FROM telemetry.usage_days WHERE tenant_id = ${TENANT} AND slug = '${HOT}' AND day >= ${SINCE}`;

/** The timeline says no other number than the facts. */
async function requireTrue({ stack, admin }: Loam): Promise<void> {
  const link = await HttpLink.open(stack.url);
  const headers = { authorization: `Bearer ${stack.token}` };
  const { body } = await link.ask(requestBytes('GET', OF_TENANT, headers));
  link.close();
  const told = timelineSchema.parse(JSON.parse(body.toString()));
  const sum = told.reduce((all, { views, downloads }) => all + views + downloads, 0);
  const { rows } = await admin.query<{ count: string }>(
    `SELECT count(*) FROM telemetry.usage_facts WHERE at >= ${SINCE}::timestamp AT TIME ZONE 'UTC'`,
  );
  if (sum !== Number(rows[0]?.count)) throw new Error(`${sum} are told of ${rows[0]?.count}`);
}

const overHttp = (name: string, home: string, path: string, profile: boolean): Scenario => ({
  ...{ name, role: 'ours', clients: 1, openRate: 0, warmUp: 200 },
  start: async () => {
    const loam = await startLoam(home, { profile, watched: WATCHED });
    const { stack, processes, observe, profiler, stop } = loam;
    const request = requestBytes('GET', path, { authorization: `Bearer ${stack.token}` });
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () => httpWorker(stack.url, () => ({ request, expect: (answer) => expectAnswer(answer, 200) })),
      check: () => requireTrue(loam),
    };
  },
});

const bySql = (name: string, home: string, role: Role, text: string): Scenario => ({
  ...{ name, role, clients: 1, openRate: 0 },
  start: async () => {
    const { adminUrl, processes, stop } = await startLoam(home, { profile: false, watched: WATCHED });
    return {
      ...{ processes: { postgres: processes['postgres'] ?? 0 }, stop },
      open: async () => {
        const client = new Client({ connectionString: adminUrl });
        await client.connect();
        return {
          perform: async () => {
            const { rows } = await client.query({ name: 'timeline', text });
            if (rows.length === 0) throw new Error('there are no days');
          },
          close: () => client.end(),
        };
      },
      check: async () => undefined,
      stop,
    };
  },
});

const SIZES = { ci: [20_000, 200_000], full: [1_000_000, 10_000_000] } as const;

async function prepare({ folder, size, profile }: Setting): Promise<Comparison> {
  const [few, many] = SIZES[size];
  const homes = [join(folder, 'few'), join(folder, 'many')] as const;
  await seedUse(homes[0], few);
  await seedUse(homes[1], many);
  const home = homes[1];
  const tenth = 'loam, year of a tenant, a tenth of the events';
  const [year, skill] = ['loam, year of a tenant', 'loam, year of a hot skill'];
  const cases = [
    overHttp(tenth, homes[0], OF_TENANT, false),
    overHttp(year, home, OF_TENANT, profile),
    overHttp(skill, home, OF_SKILL, profile),
    bySql('live, year of a hot skill', home, 'reference', live(`AND f.slug = '${HOT}'`)),
    bySql('sums, year of a tenant', home, 'limit', FLOOR_OF_TENANT),
    bySql('sums, year of a hot skill', home, 'limit', FLOOR_OF_SKILL),
  ];
  return {
    cases: size === 'ci' ? cases.slice(0, 2) : cases,
    ratios: [
      { id: 'time of ten times the events', metric: 'p50', of: year, to: tenth, atMost: 1.3 },
      { id: 'year of a tenant / its sums', metric: 'p50', of: year, to: 'sums, year of a tenant', atMost: 2 },
      {
        id: 'year of a skill / its sums',
        metric: 'p50',
        of: skill,
        to: 'sums, year of a hot skill',
        atMost: 2,
      },
      {
        id: 'live / year of a skill',
        metric: 'p50',
        of: 'live, year of a hot skill',
        to: skill,
        atLeast: 500,
      },
    ],
    close: async () => {
      for (const one of homes) await removeLoam(one);
    },
  };
}

export const timeline: Group = { name: 'timeline', sizes: ['full'], prepare };
