import { codeOf, problemOf, rawTarGz, SKILL, tarGz, zip } from './archives.fixtures';
import { readBundle } from './bundle';

const archives = [
  ['tar.gz', (name: string | Buffer) => tarGz({ name, content: 'x' })],
  ['zip', (name: string | Buffer) => zip({ name, content: 'x' })],
] as const;

describe.each(archives)('the paths in a %s', (_format, archive) => {
  it.each([
    '../../etc/x',
    '/abs',
    'C:\\x',
    'C:x',
    'a/../../b',
    'a/./b',
    'a//b',
    'a\\..\\b',
    '././x',
    '.',
    '..',
    'a\u0007b',
    'trailing.',
    'trailing ',
    'dir./x',
    'CON',
    'docs/nul.txt',
    'COM1',
    'com¹.md',
    'lpt9.log',
    '.git/config',
    '.GIT/hooks/pre-commit',
    'git~1/config',
    'docs/GIT~2',
    '1/2/3/4/5/6/7/8/9',
  ])('BND-01: refuse %j and name it', async (name) => {
    const problem = await problemOf(readBundle(archive(name)));
    expect(problem.code).toBe('bundle-path-unsafe');
    expect(problem.pointer).toBe(name.replace('\u0007', '\\u{7}'));
  });

  it('BND-01: refuse an empty path and one with a NUL inside', async () => {
    expect(await codeOf(readBundle(archive('')))).toBe('bundle-path-unsafe');
    expect(await codeOf(readBundle(archive('a\0b')))).toBe('bundle-path-unsafe');
  });

  it('BND-01: refuse a path that is not UTF-8', async () => {
    expect(await codeOf(readBundle(archive(Buffer.from([0x61, 0xff, 0x62]))))).toBe('bundle-path-unsafe');
  });

  it.each([
    ['readme.md', 'README.md'],
    ['stra\u00dfe', 'strasse'],
    ['\u212a.md', 'k.md'],
    ['\ufb01le', 'file'],
    ['Docs/a', 'docs/b'],
    ['a', 'a/b'],
  ])('BND-06: refuse %j beside %j', async (first, second) => {
    const both =
      _format === 'zip' ? zip({ name: first }, { name: second }) : tarGz({ name: first }, { name: second });
    const code = await codeOf(readBundle(both));
    // The Kelvin sign is not in NFC, so it falls to that rule already.
    expect(code).toBe(first.startsWith('\u212a') ? 'bundle-path-unsafe' : 'bundle-name-collision');
  });

  it('BND-06: refuse a name in NFD', async () => {
    expect(await codeOf(readBundle(archive('caf\u0065\u0301.md')))).toBe('bundle-path-unsafe');
    expect((await readBundle(archive('caf\u00e9.md'))).entries).toHaveLength(2);
  });

  it.each(['a\u202eb', 'a\u200bb', 'a\u2066b', 'a\ufeffb', 'a\u00adb', 'a\u{e0041}b'])(
    'BND-07: refuse the bidi or invisible character in %j',
    async (name) => {
      const problem = await problemOf(readBundle(archive(name)));
      expect(problem.code).toBe('bundle-path-unsafe');
      expect(problem.pointer).toMatch(/^a\\u\{[0-9a-f]+\}b$/);
    },
  );
});

describe('the paths in a bundle', () => {
  it('BND-01: refuse 300 bytes', async () => {
    const name = Array.from({ length: 6 }, () => 'x'.repeat(49)).join('/');
    expect(await codeOf(readBundle(zip({ name })))).toBe('bundle-path-unsafe');
  });

  it('drop one leading ./ and tolerate directories', async () => {
    const bytes = rawTarGz(
      { name: './', type: '5' },
      { name: './SKILL.md', content: SKILL },
      { name: './docs/', type: '5' },
      { name: './docs/a.md', content: 'a' },
    );
    const { entries } = await readBundle(bytes);
    expect(entries.map(({ path }) => path)).toEqual(['SKILL.md', 'docs/a.md']);
  });

  it('BND-01: refuse ./ as a file', async () => {
    expect(await codeOf(readBundle(tarGz({ name: './', content: 'x' })))).toBe('bundle-path-unsafe');
    expect(await codeOf(readBundle(zip({ name: './', content: 'x', mode: 0 })))).toBe('bundle-corrupt');
  });

  it('refuse an unsafe directory, though directories are dropped', async () => {
    expect(await codeOf(readBundle(tarGz({ name: '../up/', type: '5' })))).toBe('bundle-path-unsafe');
    expect(await codeOf(readBundle(zip({ name: '../up/', mode: 0o040755 })))).toBe('bundle-path-unsafe');
  });
});
