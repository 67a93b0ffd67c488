import { randomUUID } from 'node:crypto';
import { ExplainUsageController } from './explain-usage/explain-usage.controller';
import { RecordingWishes } from './record-signals/wishes';
import { callOf, testTelemetry, use, type TestTelemetry } from './telemetry.fixtures';
import { SetPolicyController } from './set-policy/set-policy.controller';

describe('what a tenant has decided about the records of its use', () => {
  let telemetry: TestTelemetry;
  let wishes: RecordingWishes;
  beforeAll(async () => {
    telemetry = await testTelemetry();
    wishes = new RecordingWishes(telemetry.database);
  });
  afterAll(() => telemetry.server.close());

  const set = async (tenant: string, change: Parameters<SetPolicyController['set']>[0]) => {
    await new SetPolicyController(telemetry.store).set(change, callOf(tenant));
    await wishes.refresh();
  };
  const record = (...signals: ReturnType<typeof use>[]) =>
    wishes.obeyed(signals, (wanted) => telemetry.recorder.record(wanted));
  const explain = async (tenant: string) =>
    (
      await new ExplainUsageController(telemetry.database).explain(
        { from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z', filter: {}, limit: 200 },
        callOf(tenant),
      )
    ).signals;

  it('keeps nothing where it is turned off, of this tenant alone, until it is turned on again', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await set(one, { tracking: false });
    expect(await record(use(one), use(other), use(one))).toEqual(['declined', 'recorded', 'declined']);
    expect([await explain(one), await explain(other)]).toMatchObject([[], [{ type: 'download' }]]);
    await set(one, { tracking: true });
    expect(await record(use(one))).toEqual(['recorded']);
  });

  it('keeps nothing by which uses of one person or session could be put together, and still merges', async () => {
    const tenant = randomUUID();
    await set(tenant, { people: false });
    const [session, person] = ['5'.repeat(32), '9'.repeat(32)];
    const keys = [`prompt:${session}/p1/a-skill`];
    await record(
      use(tenant, { type: 'activation', source: 'hook', session, person, keys }),
      use(tenant, { type: 'activation', source: 'otel', session, person, keys }),
    );
    expect((await explain(tenant)).map(({ sources }) => sources?.toSorted())).toEqual([
      ['hook', 'otel'],
      ['hook', 'otel'],
    ]);
    const tables = await telemetry.server.asSuperuser<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'telemetry' AND tablename <> 'migrations'",
    );
    for (const { name } of tables) {
      const rows = await telemetry.server.asSuperuser<object>(
        `SELECT t::text FROM telemetry.${name} t WHERE t::text ~ '${session}|${person}'`,
      );
      expect({ name, rows }).toEqual({ name, rows: [] });
    }
  });

  it('tells of no session where fewer than it wants have used an item on a day', async () => {
    const tenant = randomUUID();
    await set(tenant, { leastPeople: 3 });
    const of = (digit: number) => use(tenant, { session: String(digit).repeat(32) });
    await record(of(1), of(2));
    expect((await explain(tenant)).map(({ session }) => session)).toEqual([null, null]);
    await record(of(3));
    expect((await explain(tenant)).map(({ session }) => session)).not.toContain(null);
  });

  it('counts people where they say who they are, however many sessions they have', async () => {
    const tenant = randomUUID();
    await set(tenant, { leastPeople: 3 });
    const of = (session: number, person: number) =>
      use(tenant, { session: String(session).repeat(32), person: String(person).repeat(32) });
    await record(of(1, 1), of(2, 1), of(3, 1), of(4, 2));
    expect((await explain(tenant)).every(({ session }) => session === null)).toBe(true);
    await record(of(5, 3));
    expect((await explain(tenant)).map(({ session }) => session)).not.toContain(null);
  });
});
