import type { SkillStatus, Verdict } from '@loam/contracts/skill';
import { highestOf, latestOf, newerThan, selectVersion, type Candidate } from './select-version.rules';

const version = (name: string, status: SkillStatus = 'published', verdict: Verdict = 'pass'): Candidate => ({
  version: name,
  status,
  verdict,
});
const none = new Map<string, string>();

describe('the highest version', () => {
  it('is the highest, not the last that was published', () => {
    expect(highestOf(['2.0.0', '10.0.0', '9.9.9'])).toBe('10.0.0');
  });
  it('is stable while there is a stable one', () => {
    expect(highestOf(['1.0.0', '2.0.0-rc.1'])).toBe('1.0.0');
    expect(highestOf(['2.0.0-rc.1', '2.0.0-rc.10', '2.0.0-rc.9'])).toBe('2.0.0-rc.10');
  });
  it('does not exist for nothing', () => {
    expect(highestOf([])).toBeUndefined();
  });
});

describe('the latest version', () => {
  it('is live: neither archived, yanked, erased nor held', () => {
    const kept = [
      ...[version('6.0.0', 'archived'), version('5.0.0', 'yanked'), version('4.0.0', 'erased')],
      ...[version('3.0.0', 'published', 'blocked'), version('2.0.0', 'published', 'pending')],
    ];
    expect(latestOf(kept, none)).toBeUndefined();
    expect(latestOf([...kept, version('1.0.0', 'published', 'review')], none)).toBe('1.0.0');
  });
  it('is where the channel is pinned, while that is live', () => {
    const pinned = new Map([['latest', '1.0.0']]);
    expect(latestOf([version('1.0.0'), version('2.0.0')], pinned)).toBe('1.0.0');
    expect(latestOf([version('1.0.0', 'yanked'), version('2.0.0')], pinned)).toBe('2.0.0');
  });
});

describe('a higher version that is not the answer', () => {
  it.each([
    ['archived', version('2.0.0', 'archived'), 'archived'],
    ['yanked', version('2.0.0', 'yanked'), 'yanked'],
    ['held by the safety gate', version('2.0.0', 'published', 'blocked'), 'held'],
  ])('is named when it is %s', (_, kept, status) => {
    expect(newerThan('1.0.0', [version('1.0.0'), kept])).toEqual({ version: '2.0.0', status });
  });
  it('is not one that was erased, that is lower, or a prerelease', () => {
    const others = [
      ...[version('2.0.0', 'erased'), version('0.9.0', 'archived'), version('2.0.0-rc.1', 'archived')],
    ];
    expect(newerThan('1.0.0', others)).toBeNull();
  });
});

describe('a selector', () => {
  const candidates = [
    version('1.0.0'),
    version('1.5.0', 'archived'),
    version('1.2.0'),
    version('2.0.0-rc.1'),
  ];
  const channels = new Map([['beta', '2.0.0-rc.1']]);
  const select = (selector: string | null) => selectVersion(selector, candidates, channels);

  it('names an exact version, whatever became of it', () => {
    expect(select('1.5.0')).toEqual({ version: '1.5.0', newer: null });
    expect(select('1.4.0')).toMatchObject({ rejected: 'version-not-found' });
  });
  it('is a range, answered by its highest live version and what is above that', () => {
    expect(select('^1.0.0')).toEqual({ version: '1.2.0', newer: { version: '1.5.0', status: 'archived' } });
    expect(select('~1.0.0')).toEqual({ version: '1.0.0', newer: null });
    expect(select('^3')).toMatchObject({ rejected: 'version-not-found' });
  });
  it('is the name of a channel', () => {
    expect(select('beta')).toEqual({ version: '2.0.0-rc.1', newer: null });
    expect(select('gamma')).toMatchObject({ rejected: 'version-not-found' });
  });
  it('left out, or `latest`, is the latest', () => {
    const latest = { version: '1.2.0', newer: { version: '1.5.0', status: 'archived' } };
    expect(select(null)).toEqual(latest);
    expect(select('latest')).toEqual(latest);
  });
});
