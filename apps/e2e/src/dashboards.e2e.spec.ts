import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reportEvents } from '@loam/contracts/http/events';
import { routes } from '@loam/contracts/http/routes';
import { serviceNames } from '@loam/contracts/operations';
import type { Stack } from '@loam/stack';
import { eventually } from '@loam/testing';
import { Caller } from './caller.fixtures';
import { ownStack } from './own-stack.fixtures';
import { publish } from './skills.fixtures';

const FOLDER = join(__dirname, '../../../deploy/grafana');

const targetSchema = z.object({
  refId: z.string(),
  expr: z.string().optional(),
  url: z.string().optional(),
  root_selector: z.string().optional(),
  url_options: z.object({ params: z.array(z.object({ key: z.string(), value: z.string() })) }).optional(),
  columns: z.array(z.object({ selector: z.string() })).optional(),
});
const dashboardSchema = z.object({
  uid: z.string().max(40),
  title: z.string().min(1),
  schemaVersion: z.int(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(z.object({ id: z.int(), title: z.string().min(1), targets: z.array(targetSchema).min(1) })),
});
type Target = z.output<typeof targetSchema>;

/** The names of metrics in a query; functions are followed by a bracket, labels stand in braces. */
const metricsIn = (expr: string): string[] =>
  [...expr.replace(/\{[^}]*\}/g, '').matchAll(/\b(?:loam|process|nodejs)_\w+/g)].map(([name]) => name);

describe('the dashboards', () => {
  let stack: Stack & { close(): Promise<void> };
  beforeAll(async () => (stack = await ownStack()), 60_000);
  afterAll(() => stack.close());

  const dashboards = async () => {
    const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
    const read = async (name: string) =>
      dashboardSchema.parse(JSON.parse(await readFile(join(FOLDER, name), 'utf8')));
    return Promise.all(files.map(read));
  };
  const targets = async (): Promise<Target[]> =>
    (await dashboards()).flatMap(({ panels }) => panels.flatMap((panel) => panel.targets));

  it('are whole: each panel and each dashboard has a name of its own, and variables are declared', async () => {
    const all = await dashboards();
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(2);
    for (const { panels, templating } of all) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const declared = new Set([...templating.list.map(({ name }) => name), '__rate_interval', '__all']);
      const used = [...JSON.stringify(panels).matchAll(/\$\{?(\w+)\}?/g)].map(([, name = '']) => name);
      expect(used.filter((name) => !declared.has(name))).toEqual([]);
    }
  });

  it('name only metrics that the services have', async () => {
    const named = new Set((await targets()).flatMap(({ expr = '' }) => metricsIn(expr)));
    expect(named.size).toBeGreaterThan(5);
    await eventually(async () => {
      const texts = await Promise.all(
        serviceNames.map(async (service) => (await fetch(`${stack.healthUrlOf(service)}/metrics`)).text()),
      );
      const there = texts.join('\n');
      const missing = [...named].filter(
        (name) => !new RegExp(`^# TYPE ${name.replace(/_bucket$/, '')} `, 'm').test(there),
      );
      expect(missing).toEqual([]);
    });
  });

  it('name only addresses, parameters and fields that the API has', async () => {
    const operator = new Caller(stack.url, stack.token);
    await publish(operator, 'counted');
    const told = {
      type: 'loam.outcome.reported',
      id: randomUUID(),
      data: { skill: 'counted', outcome: 'success' },
    };
    expect((await operator.send(reportEvents, { body: told })).status).toBe(202);
    const asked = (await targets()).filter(({ url }) => url !== undefined);
    expect(asked.length).toBeGreaterThan(5);
    for (const { url = '', url_options, root_selector, columns = [] } of asked) {
      const route = routes.find(({ method, path }) => method === 'GET' && path === url);
      if (route === undefined) throw new Error(`there is no GET ${url}`);
      const parameters = z.instanceof(z.ZodObject).parse(route.query).shape;
      for (const { key } of url_options?.params ?? []) expect(Object.keys(parameters)).toContain(key);
      if (columns.length === 0 || url.endsWith('/top')) continue;
      const answer: unknown = JSON.parse(await operator.text(route, { query: { days: '1' } }));
      const rows = root_selector === '' ? answer : z.looseObject({}).parse(answer)[root_selector ?? ''];
      const [row] = z.array(z.looseObject({})).parse(rows);
      for (const { selector } of columns)
        expect(
          selector.split('.').reduce<unknown>((value, name) => z.looseObject({}).parse(value)[name], row),
        ).toBeDefined();
    }
  });
});
