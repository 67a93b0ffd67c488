import { Client } from 'pg';
import { z } from 'zod';
import { requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { startLoam, type Loam } from '../loam';
import type { Comparison, Group, Scenario, Setting, Subject } from '../scenario';
import { targets } from '../targets';

const CLIENTS = 4;
const DAYS = 60;
const MOST_USES = 3;
const LIMIT = 200;

const CALLER = "v.tenant_id = (SELECT tenant_id FROM gateway.tenants) AND v.kind = 'skill' AND v.live";
const SHOWN = 'v.slug, v.latest_version, v.description, v.created_at';

/** Asked live of the uses themselves, as one does who keeps no vitals: two ways to write it. */
const LIVE = {
  'live NOT EXISTS': `SELECT ${SHOWN} FROM decay.vitals v WHERE ${CALLER}
    AND NOT EXISTS (SELECT FROM bench.uses u WHERE u.tenant_id = v.tenant_id AND u.slug = v.slug AND u.at >= now() - interval '${String(DAYS)} days')
    AND (SELECT count(*) FROM bench.uses u WHERE u.tenant_id = v.tenant_id AND u.slug = v.slug) < ${String(MOST_USES)}
    ORDER BY (SELECT max(u.at) FROM bench.uses u WHERE u.tenant_id = v.tenant_id AND u.slug = v.slug) NULLS FIRST, v.created_at, v.slug
    LIMIT ${String(LIMIT)}`,
  'live LEFT JOIN': `SELECT ${SHOWN}, max(u.at), count(u.at) FROM decay.vitals v
    LEFT JOIN bench.uses u ON u.tenant_id = v.tenant_id AND u.slug = v.slug WHERE ${CALLER}
    GROUP BY ${SHOWN} HAVING (max(u.at) < now() - interval '${String(DAYS)} days' OR max(u.at) IS NULL) AND count(u.at) < ${String(MOST_USES)}
    ORDER BY max(u.at) NULLS FIRST, v.created_at, v.slug LIMIT ${String(LIMIT)}`,
} as const;

const RANGE = `SELECT ${SHOWN}, v.last_used_at, v.use_count FROM decay.vitals v WHERE ${CALLER}
  AND v.last_used_at < now() - interval '${String(DAYS)} days' AND v.use_count < ${String(MOST_USES)}
  ORDER BY v.last_used_at, v.created_at, v.slug LIMIT ${String(LIMIT)}`;

const bySql = (
  name: string,
  role: 'reference' | 'limit',
  sql: string,
  start: () => Promise<Loam>,
): Scenario => ({
  ...{ name, role, clients: 1, openRate: 0 },
  start: async (): Promise<Subject> => {
    const loam = await start();
    return {
      processes: { postgres: loam.processes['postgres'] ?? 0 },
      open: async () => {
        const client = new Client({ connectionString: loam.adminUrl });
        await client.connect();
        return {
          perform: async () => {
            const { rows } = await client.query({ name: 'decay', text: sql });
            if (rows.length !== LIMIT) throw new Error(`${String(rows.length)} candidates`);
          },
          close: () => client.end(),
        };
      },
      check: async () => undefined,
      stop: loam.stop,
    };
  },
});

const overHttp = (name: string, start: () => Promise<Loam>): Scenario => ({
  ...{ name, role: 'ours', clients: CLIENTS, openRate: 20 },
  start: async () => {
    const { stack, processes, observe, profiler, stop } = await start();
    const headers = { authorization: `Bearer ${stack.token}` };
    const path = `/v1/tenant/skills/decay?days=${String(DAYS)}&max_uses=${String(MOST_USES)}&limit=${String(LIMIT)}`;
    const request = requestBytes('GET', path, headers);
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () =>
        httpWorker(stack.url, () => ({
          request,
          expect: (answer) => {
            expectAnswer(answer, 200);
            const found = z.array(z.unknown()).parse(JSON.parse(answer.body.toString()));
            if (found.length !== LIMIT) throw new Error(`${String(found.length)} candidates`);
          },
        })),
      check: async () => undefined,
    };
  },
});

async function prepare({ seeded, profile, size }: Setting): Promise<Comparison> {
  const home = await seeded.vitals(size === 'ci' ? 10_000 : 100_000);
  const start = () => startLoam(home, { profile, watched: ['gateway', 'decay'] });
  const ours = 'loam, the list of candidates';
  return {
    cases: [
      overHttp(ours, start),
      bySql('live NOT EXISTS', 'reference', LIVE['live NOT EXISTS'], start),
      bySql('live LEFT JOIN', 'reference', LIVE['live LEFT JOIN'], start),
      bySql('index range', 'limit', RANGE, start),
    ],
    ratios: [
      { ...targets.candidates, of: 'live NOT EXISTS', to: ours },
      { ...targets.candidatesJoin, of: 'live LEFT JOIN', to: ours },
    ],
    close: async () => undefined,
  };
}

/** Asking which items nobody uses any more. */
export const decay: Group = { name: 'decay', sizes: ['full'], minutes: 1.8, prepare };
