import { admitSignal } from './facts';
import { now, use } from './telemetry.fixtures';

describe('admitting a use', () => {
  const tenant = '0190c0de-0000-7000-8000-000000000001';
  const at = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  const counted = (said: string): string => admitSignal(use(tenant, { at: said }), now).fact.at;
  const DAY_MS = 86_400_000;

  it('believes the reported time up to 5 minutes ahead and 400 days back', () => {
    for (const ms of [0, 300_000, -300_000, -400 * DAY_MS]) expect(counted(at(ms))).toBe(at(ms));
  });

  it('takes the time of receipt where the reported one cannot be right', () => {
    for (const ms of [300_001, 365 * DAY_MS, -400 * DAY_MS - 1]) expect(counted(at(ms))).toBe(at(0));
  });

  it('knows a second report of a use again, whatever time it says', () => {
    const report = use(tenant, { id: '0190C0DE-0000-7000-8000-00000000000A' });
    const again = { ...report, id: report.id.toLowerCase(), at: at(-1000) };
    expect(admitSignal(again, now)).toMatchObject({
      key: admitSignal(report, now).key,
      bodyHash: admitSignal(report, now).bodyHash,
    });
  });

  it('tells reports apart that differ in what was used or how', () => {
    const report = use(tenant);
    const bodies = [
      report,
      { ...report, slug: 'another' },
      { ...report, kind: 'agent' as const },
      { ...report, version: null },
      { ...report, version: '1.0.1' },
      { ...report, type: 'view' as const },
    ].map((said) => admitSignal(said, now).bodyHash);
    expect(new Set(bodies).size).toBe(bodies.length);
  });
});
