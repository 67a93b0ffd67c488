import { latestOf } from './latest';

describe('the latest version', () => {
  const latest = (...versions: string[]) => latestOf(versions.map((version) => ({ version })))?.version;

  it('is the highest, not the last that was heard of', () => {
    expect(latest('2.0.0', '10.0.0', '9.9.9')).toBe('10.0.0');
  });
  it('is stable while there is a stable one', () => {
    expect(latest('1.0.0', '2.0.0-rc.1')).toBe('1.0.0');
    expect(latest('2.0.0-rc.10', '2.0.0-rc.9')).toBe('2.0.0-rc.10');
  });
  it('does not exist for nothing', () => {
    expect(latest()).toBeUndefined();
  });
});
