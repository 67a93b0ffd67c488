import { HiveQuota } from './hive-quota';

describe('the quota of the hive', () => {
  const open = new Set(['acme']);

  it('takes so many calls a minute from each network', () => {
    let now = 0;
    const quota = new HiveQuota(open, 2, () => now);
    const take = (network: string) => () => {
      quota.take('acme', network);
    };
    take('10.0.0')();
    take('10.0.0')();
    expect(take('10.0.0')).toThrow('rate-limited');
    expect(take('10.0.1')).not.toThrow();
    now = 60_000;
    expect(take('10.0.0')).not.toThrow();
  });

  it('is open to no tenant but those that were named', () => {
    expect(() => {
      new HiveQuota(open, 2).take('other', '10.0.0');
    }).toThrow('not-found');
  });
});
