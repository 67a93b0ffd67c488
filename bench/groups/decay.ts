import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { removeLoam, startLoam, type Loam } from '../loam';
import type { Comparison, Group, Scenario, Setting, Subject } from '../scenario';

const CLIENTS = 4;
const DAYS = 60;
const MOST_USES = 3;
const LIMIT = 200;

interface Size {
  readonly items: number;
  /** Rows of use of an item, beginning with the most used: so many over its rank. */
  readonly hottest: number;
}

// The rank of an item decides how often it was used, and how long ago last. The tail was used once or not at all.
const seed = ({ items, hottest }: Size): string[] => [
  `INSERT INTO decay.vitals (tenant_id, kind, slug, live, latest_version, description, created_at, first_published_at,
     use_count, last_used_at, revision, state)
   SELECT t.tenant_id, 'skill', 'item-' || lpad(i::text, 7, '0'), true, '1.0.0', 'Item ' || i, now() - interval '500 days',
     now() - interval '500 days', ${String(hottest)} / i,
     CASE WHEN ${String(hottest)} / i = 0 THEN '-infinity' ELSE now() - interval '400 days' * i / ${String(items)} END, 0, 'live'
   FROM gateway.tenants t, generate_series(1, ${String(items)}) i`,
  'CREATE SCHEMA bench',
  'CREATE TABLE bench.uses (tenant_id uuid NOT NULL, slug text NOT NULL, at timestamptz NOT NULL)',
  `INSERT INTO bench.uses SELECT v.tenant_id, v.slug,
     CASE WHEN n = 1 THEN v.last_used_at ELSE v.last_used_at - (now() - v.created_at) * random() * 0.2 END
   FROM decay.vitals v, generate_series(1, v.use_count) n`,
  'CREATE INDEX ON bench.uses (tenant_id, slug, at)',
  'VACUUM ANALYZE bench.uses',
  'VACUUM ANALYZE decay.vitals',
];

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

const overHttp = (start: () => Promise<Loam>): Scenario => ({
  ...{ name: 'loam, the list of candidates', role: 'ours', clients: CLIENTS, openRate: 20 },
  start: async () => {
    const { stack, processes, observe, stop } = await start();
    const headers = { authorization: `Bearer ${stack.token}` };
    const path = `/v1/tenant/skills/decay?days=${String(DAYS)}&max_uses=${String(MOST_USES)}&limit=${String(LIMIT)}`;
    const request = requestBytes('GET', path, headers);
    return {
      ...{ processes, observe, stop },
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

async function prepare({ folder, profile, size }: Setting): Promise<Comparison> {
  const home = join(folder, 'decay');
  const start = () => startLoam(home, { profile });
  const loam = await start();
  const items = size === 'ci' ? 10_000 : 100_000;
  for (const sql of seed({ items, hottest: items })) await loam.admin.query(sql);
  await loam.stop();
  const limit = 'index range';
  return {
    cases: [
      overHttp(start),
      bySql('live NOT EXISTS', 'reference', LIVE['live NOT EXISTS'], start),
      bySql('live LEFT JOIN', 'reference', LIVE['live LEFT JOIN'], start),
      bySql(limit, 'limit', RANGE, start),
    ],
    ratios: [
      {
        ...{
          id: 'candidates, live NOT EXISTS / loam over HTTP',
          metric: 'p50',
          atLeast: size === 'ci' ? 2 : 50,
        },
        ...{ of: 'live NOT EXISTS', to: 'loam, the list of candidates' },
      },
      {
        ...{
          id: 'candidates, live NOT EXISTS / index range',
          metric: 'p50',
          atLeast: size === 'ci' ? 5 : 50,
        },
        ...{ of: 'live NOT EXISTS', to: limit },
      },
      {
        ...{ id: 'candidates, live LEFT JOIN / index range', metric: 'p50', atLeast: size === 'ci' ? 5 : 50 },
        ...{ of: 'live LEFT JOIN', to: limit },
      },
    ],
    close: async () => {
      await removeLoam(home);
    },
  };
}

export const decay: Group = { name: 'decay', sizes: ['ci', 'full'], prepare };
