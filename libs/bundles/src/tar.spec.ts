import { gunzipSync, gzipSync } from 'node:zlib';
import { codeOf, pax, problemOf, SKILL, TAR_END, tarGz, tarRecord } from './archives.fixtures';
import { readBundle } from './bundle';

describe('reading a tar.gz', () => {
  it('keeps content and the execute permission', async () => {
    const { entries } = await readBundle(tarGz({ name: 'run.sh', content: '#!/bin/sh\n', mode: 0o755 }));
    expect(entries.map(({ path, executable }) => [path, executable])).toEqual([
      ['SKILL.md', false],
      ['run.sh', true],
    ]);
    expect(Buffer.from(entries[0]?.bytes ?? []).toString()).toBe(SKILL);
  });

  it.each([
    ['a symlink', '2', 'target', 'bundle-link'],
    ['a hardlink', '1', 'SKILL.md', 'bundle-link'],
    ['a symlink with an absolute target (CVE-2026-23745)', '2', '/etc/passwd', 'bundle-link'],
    ['a character device', '3', '', 'bundle-special-file'],
    ['a block device', '4', '', 'bundle-special-file'],
    ['a FIFO', '6', '', 'bundle-special-file'],
    ['a contiguous file', '7', '', 'bundle-special-file'],
    ['a GNU sparse file', 'S', '', 'bundle-special-file'],
    ['an unknown type', 's', '', 'bundle-special-file'],
  ])('BND-02: refuses %s', async (_what, type, link, code) => {
    const problem = await problemOf(readBundle(tarGz({ name: 'entry', type, link })));
    expect([problem.code, problem.pointer]).toEqual([code, 'entry']);
  });

  it('BND-02: refuses a symlink with a hardlink through it (CVE-2026-26960)', async () => {
    const chain = [
      { name: 'a', type: '2', link: '..' },
      { name: 'b', type: '1', link: 'a/target' },
    ];
    expect(await codeOf(readBundle(tarGz(...chain)))).toBe('bundle-link');
  });

  it('BND-03: checks the path that a PAX header puts in place of another', async () => {
    const bad = tarGz(pax('x', { path: '../../evil' }), { name: 'good', content: 'x' });
    expect((await problemOf(readBundle(bad))).pointer).toBe('../../evil');
    const nul = tarGz(pax('x', { path: 'a\0b' }), { name: 'good', content: 'x' });
    expect(await codeOf(readBundle(nul))).toBe('bundle-path-unsafe');
    const good = tarGz(pax('x', { path: 'docs/é.md' }), { name: 'other', content: 'x' });
    expect((await readBundle(good)).entries[1]?.path).toBe('docs/é.md');
  });

  it('BND-03: checks the path that a GNU long name puts in place of another', async () => {
    const long = (name: string): Buffer =>
      tarRecord({ name: '././@LongLink', type: 'L', content: `${name}\0` });
    expect(await codeOf(readBundle(tarGz(long('/etc/passwd'), { name: 'good' })))).toBe('bundle-path-unsafe');
    expect(await codeOf(readBundle(tarGz(long('a\0b'), { name: 'good' })))).toBe('bundle-path-unsafe');
    const { entries } = await readBundle(tarGz(long(`docs/${'x'.repeat(120)}`), { name: 'docs/x' }));
    expect(entries[1]?.path).toHaveLength(125);
  });

  it('BND-03: checks the size that a PAX header puts in place of another', async () => {
    const huge = tarGz(pax('x', { size: '99999999999' }), { name: 'a', content: 'x' });
    expect(await codeOf(readBundle(huge))).toBe('bundle-corrupt');
    const odd = tarGz(pax('x', { size: '1e0' }), { name: 'a', content: 'x' });
    expect(await codeOf(readBundle(odd))).toBe('bundle-corrupt');
    const right = tarGz(pax('x', { size: '1' }), { name: 'a', content: 'x' });
    expect((await readBundle(right)).entries).toHaveLength(2);
  });

  it('BND-03: refuses a link made by a PAX header, a PAX sparse file and global overrides', async () => {
    const link = tarGz(pax('x', { linkpath: '/etc' }), { name: 'a', type: '2', link: 'b' });
    expect(await codeOf(readBundle(link))).toBe('bundle-link');
    const sparse = tarGz(pax('x', { 'GNU.sparse.major': '1' }), { name: 'a', content: 'x' });
    expect(await codeOf(readBundle(sparse))).toBe('bundle-special-file');
    expect(await codeOf(readBundle(tarGz(pax('g', { path: '../x' }), { name: 'a' })))).toBe(
      'bundle-unsupported',
    );
    expect((await readBundle(tarGz(pax('g', { comment: 'abc' }), { name: 'a' }))).entries).toHaveLength(2);
  });

  it('refuses what some readers see and others do not', async () => {
    const hidden = tarGz(TAR_END, { name: 'hidden', content: 'x' });
    expect(await codeOf(readBundle(hidden))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(tarGz(TAR_END, Buffer.from('tail'.repeat(128)))))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(Buffer.concat([tarGz(), Buffer.from('tail')])))).toBe('bundle-corrupt');
    const noEnd = gzipSync(gunzipSync(tarGz()).subarray(0, -1024));
    expect(await codeOf(readBundle(noEnd))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(tarGz({ name: 'd/', type: '5', content: 'x' })))).toBe('bundle-corrupt');
  });

  it('refuses a size that is not octal instead of waiting for its end', async () => {
    for (const first of [0x80, 0x8c, 0xff, 0x39]) {
      const record = tarRecord({ name: 'a', content: 'x' });
      record[124] = first;
      record.fill(' ', 148, 156);
      const sum = record.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      record.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      expect(await codeOf(readBundle(tarGz(record)))).toBe('bundle-corrupt');
    }
  });

  it('BND-03: refuses two names for one entry and a broken extended header', async () => {
    const long = tarRecord({ name: '././@LongLink', type: 'L', content: 'one\0' });
    expect(await codeOf(readBundle(tarGz(long, pax('x', { path: 'two' }), { name: 'a' })))).toBe(
      'bundle-corrupt',
    );
    for (const content of ['9 path=a', '99 path=a\n', '0 path=a\n', 'path', '-9 path=a\n', '6 path\n']) {
      const broken = tarRecord({ name: 'PaxHeader', type: 'x', content });
      expect(await codeOf(readBundle(tarGz(broken, { name: 'a' })))).toBe('bundle-corrupt');
    }
  });

  it('refuses the same path twice', async () => {
    expect(await codeOf(readBundle(tarGz({ name: 'a' }, { name: './a' })))).toBe('bundle-duplicate-name');
  });

  it('refuses a truncated archive, a truncated tar and what is no archive', async () => {
    expect(await codeOf(readBundle(tarGz().subarray(0, 60)))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(gzipSync(gunzipSync(tarGz()).subarray(0, 530))))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(gzipSync('hello')))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(Buffer.from('hello')))).toBe('bundle-format-unknown');
    expect(await codeOf(readBundle(new Uint8Array()))).toBe('bundle-format-unknown');
  });
});
