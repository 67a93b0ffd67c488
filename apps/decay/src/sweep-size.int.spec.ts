import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { testDecay, used, type TestDecay } from './decay.fixtures';

jest.setTimeout(600_000);

/** `LOAM_DECAY_ITEMS=100000` is the full size; a fiftieth of it runs with every test. */
const ITEMS = Number(process.env['LOAM_DECAY_ITEMS'] ?? 2000);
const DAYS = 400;

describe(`a sweep of ${String(ITEMS)} skills with ${String(DAYS)} days of history`, () => {
  let decay: TestDecay;
  beforeAll(async () => (decay = await testDecay()));
  afterAll(() => decay.server.close());

  /** Use that falls off with the rank, so that some forty days of an item have any. */
  const fill = async (tenant: string): Promise<void> => {
    await decay.server.asSuperuser(
      `INSERT INTO decay.vitals (tenant_id, kind, slug, live, latest_version, description, created_at, first_published_at,
         use_count, last_used_at, last_used_day, revision, state)
       SELECT '${tenant}', 'skill', 'item-' || lpad(i::text, 7, '0'), true, '1.0.0', 'd', '2025-01-01', '2025-01-01', 40,
         '2026-06-29', '2026-06-29', 0, 'live' FROM generate_series(1, ${String(ITEMS)}) i`,
    );
    await decay.server.asSuperuser(
      `INSERT INTO decay.usage_days (tenant_id, kind, slug, version, day, sequence, views, downloads, uses)
       SELECT '${tenant}', 'skill', 'item-' || lpad(i::text, 7, '0'), '1.0.0', DATE '2026-07-01' - (n * 10 - i % 10), 2, 1, 0, 1
       FROM generate_series(1, ${String(ITEMS)}) i, generate_series(1, ${String(DAYS / 10)}) n`,
    );
    await decay.server.asSuperuser(
      `INSERT INTO decay.heard_days SELECT DISTINCT tenant_id, day FROM decay.usage_days WHERE tenant_id = '${tenant}'`,
    );
    // Each item has a stream, to which nobody appends but the sweep.
    await decay.server.asSuperuser(
      `INSERT INTO decay.events (id, tenant_id, stream, revision, type, version, data, occurred_at, actor, correlation_id)
       SELECT gen_random_uuid(), tenant_id, 'vitals:' || tenant_id || ':skill:' || slug, 0, 'decay.skill-observed', 1,
         jsonb_build_object('kind', 'skill', 'slug', slug, 'version', '1.0.0', 'description', 'd', 'publishedAt', '2025-01-01T00:00:00Z'),
         '2025-01-01', '{"type": "service", "id": "registry"}', 'c' FROM decay.vitals WHERE tenant_id = '${tenant}'`,
    );
    // Every tenth requires another one.
    await decay.server.asSuperuser(
      `INSERT INTO decay.versions (tenant_id, kind, slug, version, description, published_at)
       SELECT tenant_id, kind, slug, latest_version, description, first_published_at FROM decay.vitals WHERE tenant_id = '${tenant}'`,
    );
    await decay.server.asSuperuser(
      `INSERT INTO decay.requirements (tenant_id, requires, kind, slug, version)
       SELECT '${tenant}', 'item-' || lpad((i / 20)::text, 7, '0'), 'skill', 'item-' || lpad(i::text, 7, '0'), '1.0.0'
       FROM generate_series(10, ${String(ITEMS)}, 10) i`,
    );
  };

  /** CPU of this process, and of the server's for this database, in seconds. */
  const cpu = async (): Promise<{ node: number; postgres: number }> => {
    const backends = await decay.server.asSuperuser<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const ticks = backends.map(({ pid }) => {
      const fields =
        readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
          .split(') ')[1]
          ?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    });
    const { user, system } = process.cpuUsage();
    return { node: (user + system) / 1e6, postgres: ticks.reduce((sum, each) => sum + each, 0) / 100 };
  };

  const since = async (then: { node: number; postgres: number }) => {
    const { node, postgres } = await cpu();
    const spent = { node: node - then.node, postgres: postgres - then.postgres };
    return {
      seconds: spent.node + spent.postgres,
      said: `CPU ${spent.node.toFixed(1)} s here, ${spent.postgres.toFixed(1)} s in Postgres`,
    };
  };

  /** Sweeps while uses come in. */
  const measured = async (tenant: string, name: string): Promise<unknown> => {
    const [began, spent] = [performance.now(), await cpu()];
    const sweeping = decay.sweep(tenant);
    const waits: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const asked = performance.now();
      await decay.deliver(used(tenant, turn + 1, { slug: 'fresh', day: '2026-06-30' }));
      waits.push(performance.now() - asked);
    }
    const swept = await sweeping;
    const seconds = (performance.now() - began) / 1000;
    const took = await since(spent);
    process.stdout.write(
      `sweep of ${String(ITEMS)}, ${name}: ${seconds.toFixed(1)} s, ${took.said}; ` +
        `uses waited ${Math.max(...waits).toFixed(0)} ms at most\n`,
    );
    // By the clock it depends on who else is on the machine.
    expect(took.seconds).toBeLessThan(Math.max((60 * ITEMS) / 100_000, 20));
    expect(Math.max(...waits)).toBeLessThan(2000);
    return swept;
  };

  it('DEC-10 keeps its share of a minute, and uses are counted meanwhile, right after an import', async () => {
    const tenant = randomUUID();
    decay.set('2026-07-01T12:00:00Z');
    await fill(tenant);
    const none = await measured(tenant, 'none a candidate');
    expect(none).toMatchObject({ outcome: 'done', examined: ITEMS, flagged: 0 });
    await decay.setPolicy(tenant, {
      policies: [
        {
          kind: 'skill',
          rules: { unused: { days: 1, max_uses: 99 } },
          exempt: { required: false, seasonal: false },
        },
      ],
    });
    const all = await measured(tenant, 'each a new candidate');
    expect(all).toMatchObject({ outcome: 'done', examined: ITEMS, flagged: ITEMS });
  });

  it('10,000 uses are counted in a moment', async () => {
    const tenant = randomUUID();
    decay.set('2026-07-01T12:00:00Z');
    const events = Array.from({ length: 10_000 }, (_, index) =>
      used(tenant, 1, { slug: `item-${String(index)}`, day: '2026-06-30' }),
    );
    const [began, spent] = [performance.now(), await cpu()];
    for (let from = 0; from < events.length; from += 1000)
      await decay.deliverUses(tenant, events.slice(from, from + 1000));
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`10,000 uses: ${seconds.toFixed(2)} s, ${(await since(spent)).said}\n`);
    const [counted] = await decay.database.tenant(tenant, (tx) =>
      tx.query<unknown[]>('SELECT count(*)::int AS items FROM vitals'),
    );
    expect(counted).toEqual({ items: 10_000 });
  });
});
