import { Client } from 'pg';
import { z } from 'zod';
import { HttpLink, requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { startLoam, type Loam } from '../loam';
import type { Comparison, Group, Role, Scenario, Setting } from '../scenario';
import { random, slugOf } from '../seeded-items';
import { USED_SKILLS } from '../seeded-use';
import { targets } from '../targets';

const DAYS = 365;
const HOT = slugOf(0);
export const OF_TENANT = `/v1/tenant/usage/timeline?days=${DAYS}`;
const ofSkill = (slug: string): string => `/v1/tenant/usage/series?days=${DAYS}&skill=${slug}`;
const TOP = '/v1/tenant/usage/top?days=30&limit=20';
const WATCHED = ['gateway', 'telemetry'] as const;

const timelineSchema = z.array(z.object({ views: z.number(), downloads: z.number() }));

const SINCE = `((now() AT TIME ZONE 'UTC')::date - ${DAYS - 1})`;
const TENANT = '(SELECT tenant_id FROM gateway.tenants)';
const CALENDAR = `generate_series(${SINCE}, (now() AT TIME ZONE 'UTC')::date, interval '1 day') AS calendar (day)`;

/** What most would ask of the facts themselves. */
const LIVE_OF_SKILL = `
  SELECT calendar.day, count(f.event_id) FILTER (WHERE event = 'download'), count(f.event_id) FILTER (WHERE event = 'view'),
    count(DISTINCT f.slug)
  FROM ${CALENDAR} LEFT JOIN telemetry.usage_facts f ON f.tenant_id = ${TENANT} AND f.slug = '${HOT}'
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

const overHttp = (name: string, home: string, profile: boolean, next: () => string): Scenario => ({
  ...{ name, role: 'ours', clients: 1, openRate: 0, warmUp: 200 },
  start: async () => {
    const loam = await startLoam(home, { profile, watched: WATCHED });
    const { stack, processes, observe, profiler, stop } = loam;
    const headers = { authorization: `Bearer ${stack.token}` };
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () =>
        httpWorker(stack.url, () => ({
          request: requestBytes('GET', next(), headers),
          expect: (answer) => expectAnswer(answer, 200),
        })),
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
    };
  },
});

/** A skill by chance, each as likely as the others: most are seldom used. */
function anySkill(): () => string {
  const chance = random(19);
  return () => ofSkill(slugOf(Math.floor(chance() * USED_SKILLS)));
}

async function prepare({ seeded, profile }: Setting): Promise<Comparison> {
  const [few, many] = [await seeded.use(1_000_000), await seeded.use(10_000_000)];
  const [tenth, year] = ['loam, year of a tenant, a tenth of the events', 'loam, year of a tenant'];
  const [hot, any, top] = ['loam, year of a hot skill', 'loam, year of any skill', 'loam, the 20 most used'];
  const [live, ofTenant, ofHot] = [
    'live, year of a hot skill',
    'sums, year of a tenant',
    'sums, year of a hot skill',
  ];
  return {
    cases: [
      overHttp(tenth, few, false, () => OF_TENANT),
      overHttp(year, many, profile, () => OF_TENANT),
      overHttp(hot, many, profile, () => ofSkill(HOT)),
      overHttp(any, many, profile, anySkill()),
      overHttp(top, many, profile, () => TOP),
      bySql(live, many, 'reference', LIVE_OF_SKILL),
      bySql(ofTenant, many, 'limit', FLOOR_OF_TENANT),
      bySql(ofHot, many, 'limit', FLOOR_OF_SKILL),
    ],
    ratios: [
      { ...targets.timelineGrowth, of: year, to: tenth },
      { ...targets.timelineTenant, of: year, to: ofTenant },
      { ...targets.timelineHot, of: hot, to: ofHot },
      { ...targets.timelineLive, of: live, to: hot },
    ],
    bounds: [
      { ...targets.timelineAny, of: any },
      { ...targets.topSkills, of: top },
    ],
    close: async () => undefined,
  };
}

/** Asking how often something was used. */
export const timeline: Group = { name: 'timeline', sizes: ['full'], minutes: 3.7, prepare };
