import { pageOf } from './changelog';

const versions = (...all: string[]) => all.map((version) => ({ version, changes: null }));
const named = (page: { entries: readonly { version: string }[] }) =>
  page.entries.map(({ version }) => version);

describe('a change log', () => {
  it('goes by the order of versions and not of publications', () => {
    const page = pageOf(versions('1.0.0', '2.0.0', '1.10.0', '2.0.0-rc.1', '1.9.0'), {
      limit: 10,
      below: null,
    });
    expect(named(page)).toEqual(['2.0.0', '2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0']);
    expect(page.next).toBeNull();
  });

  it('is read page by page without a gap', () => {
    const all = versions('1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0');
    const first = pageOf(all, { limit: 2, below: null });
    const second = pageOf(all, { limit: 2, below: first.next });
    const third = pageOf(all, { limit: 2, below: second.next });
    expect([first, second, third].map(named)).toEqual([['1.4.0', '1.3.0'], ['1.2.0', '1.1.0'], ['1.0.0']]);
    expect([first.next, second.next, third.next]).toEqual(['1.3.0', '1.1.0', null]);
  });

  it('ends a page where its texts grow long, and never without an entry', () => {
    const long = ['1.0.0', '1.1.0', '1.2.0'].map((version) => ({ version, changes: 'x'.repeat(400_000) }));
    const page = pageOf(long, { limit: 50, below: null });
    expect([named(page), page.next]).toEqual([['1.2.0'], '1.2.0']);
  });
});
