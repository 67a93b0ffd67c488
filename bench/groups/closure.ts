import { Client } from 'pg';
import { z } from 'zod';
import { DependencyGraph } from '@loam/resolver';
import { requestBytes } from '../http-link';
import { expectAnswer, httpWorker, untilAnswered } from '../http-worker';
import { startLoam, type Loam } from '../loam';
import { describeItem, HOSTILE, random, slugOf } from '../seeded-items';
import type { Comparison, Group, Scenario, Setting } from '../scenario';
import { targets } from '../targets';

const MOST = 10_000;

interface Roots {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

// On ids alone, which is the cheapest form that ends on a graph with cycles.
const CTE = `WITH RECURSIVE closure (slug) AS (
    SELECT d.requires_slug FROM registry.dependencies d JOIN registry.skills s USING (tenant_id, kind, slug, version)
    WHERE d.tenant_id = $1 AND d.kind = 'skill' AND d.slug = $2 AND s.status = 'published'
    UNION
    SELECT d.requires_slug FROM closure c JOIN registry.dependencies d ON d.kind = 'skill' AND d.slug = c.slug
      AND d.tenant_id = $1
    JOIN registry.skills s ON (s.tenant_id, s.kind, s.slug, s.version) = (d.tenant_id, d.kind, d.slug, d.version)
    WHERE s.status = 'published'
  )
  SELECT slug FROM closure WHERE slug <> $2`;

const someNumber = ({ from, to }: Roots): (() => number) => {
  const chance = random(13);
  return () => from + Math.floor(chance() * (to - from));
};

const someSlug = (roots: Roots): (() => string) => {
  const next = someNumber(roots);
  return () => slugOf(next());
};

/** The closure in the process that measures, as the registry does it in its own. */
const inMemory = (roots: Roots, graph: DependencyGraph): Scenario => ({
  ...{ name: `graph in memory, ${roots.name}`, role: 'ours', clients: 1, openRate: 0 },
  start: async () => {
    const next = someSlug(roots);
    return {
      processes: { bench: process.pid },
      open: async () => ({
        perform: async () => {
          const slug = next();
          if (graph.closure([{ slug, range: '*' }], undefined, MOST).length === 0)
            throw new Error('no closure');
        },
        close: async () => undefined,
      }),
      check: async () => undefined,
      stop: async () => undefined,
    };
  },
});

/** Over plain numbers, without names, ranges and depths. */
const overNumbers = (roots: Roots, count: number): Scenario => ({
  ...{ name: `numbers in memory, ${roots.name}`, role: 'limit', clients: 1, openRate: 0 },
  start: async () => {
    const links = Array.from({ length: count }, (_, number) =>
      Int32Array.from(describeItem(number, count).requires, ({ slug }) => Number(slug.slice(-7))),
    );
    const [next, seen, queue] = [someNumber(roots), new Int32Array(count), new Int32Array(count)];
    let round = 0;
    return {
      processes: { bench: process.pid },
      open: async () => ({
        perform: async () => {
          round += 1;
          queue[0] = next();
          for (let from = 0, length = 1; from < length; from += 1)
            for (const target of links[queue[from] ?? 0] ?? [])
              if (seen[target] !== round) {
                seen[target] = round;
                queue[length] = target;
                length += 1;
              }
        },
        close: async () => undefined,
      }),
      check: async () => undefined,
      stop: async () => undefined,
    };
  },
});

const bySql = (roots: Roots, home: string, graph: DependencyGraph): Scenario => ({
  ...{ name: `recursive query, ${roots.name}`, role: 'reference', clients: 1, openRate: 0 },
  start: async () => {
    const loam = await startLoam(home, { profile: false });
    const tenant = await tenantOf(loam);
    const next = someSlug(roots);
    return {
      processes: { postgres: loam.processes['postgres'] ?? 0 },
      open: async () => {
        const client = new Client({ connectionString: loam.adminUrl });
        await client.connect();
        let turn = 0;
        return {
          perform: async () => {
            const slug = next();
            const { rows } = await client.query({ name: 'closure', text: CTE, values: [tenant, slug] });
            turn += 1;
            // Itself is no part of what is needed, and a root of the graph is.
            if (turn % 20 === 1 && rows.length !== needed(graph, slug))
              throw new Error('the closures differ');
          },
          close: () => client.end(),
        };
      },
      check: async () => undefined,
      stop: loam.stop,
    };
  },
});

const needed = (graph: DependencyGraph, slug: string): number =>
  graph.closure([{ slug, range: '*' }], undefined, MOST).length - 1;

const overHttp = (roots: Roots, home: string, profile: boolean): Scenario => ({
  ...{ name: `loam, ${roots.name}`, role: 'ours', clients: 4, openRate: 20 },
  start: async () => {
    const { stack, processes, observe, profiler, stop } = await startLoam(home, { profile });
    const next = someSlug(roots);
    const headers = { authorization: `Bearer ${stack.token}` };
    await untilAnswered(stack.url, requestBytes('GET', `/v1/skills/${next()}/deps`, headers));
    return {
      ...{ processes, observe, stop, ...(profiler && { profiler }) },
      open: () =>
        httpWorker(stack.url, () => ({
          request: requestBytes('GET', `/v1/skills/${next()}/deps`, headers),
          expect: (answer) => {
            expectAnswer(answer, 200);
            z.array(z.unknown()).parse(JSON.parse(answer.body.toString()));
          },
        })),
      check: async () => undefined,
    };
  },
});

async function tenantOf({ admin }: Loam): Promise<string> {
  const { rows } = await admin.query<{ id: string }>('SELECT tenant_id AS id FROM gateway.tenants');
  return rows[0]?.id ?? '';
}

async function prepare({ seeded, profile, size }: Setting): Promise<Comparison> {
  const count = 10_000;
  const home = await seeded.catalog(count);
  const graph = new DependencyGraph();
  for (let number = 0; number < count; number += 1) {
    const { slug, requires } = describeItem(number, count);
    graph.set(slug, requires);
  }
  const layered: Roots = { name: 'layers', from: HOSTILE, to: HOSTILE + 3200 };
  const hostile: Roots = { name: 'hostile graph', from: 0, to: HOSTILE };
  const memory = [inMemory(layered, graph), inMemory(hostile, graph)];
  const limits = [overNumbers(layered, count), overNumbers(hostile, count)];
  const rest = [
    ...limits,
    bySql(layered, home, graph),
    bySql(hostile, home, graph),
    overHttp(layered, home, profile),
  ];
  return {
    cases: size === 'ci' ? memory : [...memory, ...rest],
    ratios: [
      { ...targets.closureLayers, of: 'graph in memory, layers', to: 'recursive query, layers' },
      {
        ...targets.closureHostile,
        ...{ of: 'graph in memory, hostile graph', to: 'recursive query, hostile graph' },
      },
      { ...targets.closureBounded, of: 'graph in memory, hostile graph', to: 'graph in memory, layers' },
    ],
    close: async () => undefined,
  };
}

export const closure: Group = { name: 'closure', sizes: ['ci', 'full'], minutes: 2.2, prepare };
