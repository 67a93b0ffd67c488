import { codeOf, problemOf, rawZip, SKILL, zip } from './archives.fixtures';
import { readBundle } from './bundle';

const skill = { name: 'SKILL.md', content: SKILL };

function extra(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

describe('reading a zip', () => {
  it('reads stored and deflated entries, data descriptors, directories and a comment', async () => {
    const specs = [
      skill,
      { name: 'd/', mode: 0o040755, method: 0 },
      { name: 'd/a', content: 'stored', method: 0 },
      { name: 'd/b', content: 'described', descriptor: true, mode: 0o100755 },
    ];
    const { entries } = await readBundle(rawZip(specs, undefined, 'a comment'));
    const told = entries.map(({ path, bytes, executable }) => [
      path,
      Buffer.from(bytes).toString(),
      executable,
    ]);
    expect(told.slice(1)).toEqual([
      ['d/a', 'stored', false],
      ['d/b', 'described', true],
    ]);
  });

  it('BND-02: refuses a symlink and a device by their mode', async () => {
    expect(await codeOf(readBundle(zip({ name: 'a', mode: 0o120777, content: '/etc' })))).toBe('bundle-link');
    expect(await codeOf(readBundle(zip({ name: 'a', mode: 0o020644 })))).toBe('bundle-special-file');
    expect(await codeOf(readBundle(zip({ name: 'a', mode: 0o140644 })))).toBe('bundle-special-file');
    expect(await codeOf(readBundle(zip({ name: 'a', mode: 0o040755 })))).toBe('bundle-corrupt');
  });

  it('BND-05: refuses a local header that names another file than the central directory', async () => {
    const problem = await problemOf(readBundle(zip({ name: 'good', content: 'x', local: { name: 'evil' } })));
    expect([problem.code, problem.pointer]).toEqual(['bundle-corrupt', 'good']);
  });

  it('BND-05: refuses other contradictions of local header and central directory', async () => {
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'x', local: { size: 2 } })))).toBe(
      'bundle-corrupt',
    );
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'x', local: { method: 0 } })))).toBe(
      'bundle-corrupt',
    );
    const unicodePath = extra(0x7075, Buffer.from('\x01\0\0\0\0other', 'latin1'));
    expect(await codeOf(readBundle(zip({ name: 'a', extra: unicodePath })))).toBe('bundle-corrupt');
  });

  it('BND-05: refuses duplicate names', async () => {
    expect(await codeOf(readBundle(zip({ name: 'a' }, { name: 'a' })))).toBe('bundle-duplicate-name');
  });

  it('BND-05: refuses encrypted entries', async () => {
    expect(await codeOf(readBundle(zip({ name: 'a', flags: 0x0801 })))).toBe('bundle-encrypted');
    expect(await codeOf(readBundle(zip({ name: 'a', flags: 0x0841 })))).toBe('bundle-encrypted');
  });

  it('BND-05: refuses zip64, true or not', async () => {
    const sizes = Buffer.alloc(16);
    sizes.writeBigUInt64LE(2n ** 40n, 0);
    const lie = zip({ name: 'a', content: 'x', extra: extra(1, sizes), claims: { size: 0xffffffff } });
    expect(await codeOf(readBundle(lie))).toBe('bundle-unsupported');
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07');
    locator.writeBigUInt64LE(2n ** 60n, 8);
    const archive = rawZip([skill]);
    const end = archive.length - 22;
    const withLocator = Buffer.concat([archive.subarray(0, end), locator, archive.subarray(end)]);
    expect(await codeOf(readBundle(withLocator))).toBe('bundle-corrupt');
  });

  it('BND-05: refuses an executable in front, and an archive that pretends to start at the front', async () => {
    expect(await codeOf(readBundle(Buffer.concat([Buffer.from('MZ\x90\0'), zip()])))).toBe(
      'bundle-format-unknown',
    );
    expect(await codeOf(readBundle(Buffer.concat([Buffer.from('PK\x03\x04#!'), zip()])))).toBe(
      'bundle-corrupt',
    );
  });

  it('BND-05: refuses bytes between the entries and the directory, and behind the end', async () => {
    expect(await codeOf(readBundle(rawZip([skill], Buffer.from('hidden'))))).toBe('bundle-corrupt');
    expect(await codeOf(readBundle(Buffer.concat([zip(), Buffer.from('tail')])))).toBe('bundle-corrupt');
  });

  it('BND-05: refuses a wrong size, a wrong checksum and an unknown method', async () => {
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'xxx', claims: { size: 2 } })))).toBe(
      'bundle-corrupt',
    );
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'xxx', claims: { size: 9 } })))).toBe(
      'bundle-corrupt',
    );
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'xxx', claims: { crc: 7 } })))).toBe(
      'bundle-corrupt',
    );
    expect(await codeOf(readBundle(zip({ name: 'a', content: 'xxx', method: 14 })))).toBe(
      'bundle-unsupported',
    );
  });

  it('finds nothing in an empty zip', async () => {
    expect(await codeOf(readBundle(rawZip([])))).toBe('skill-md-missing');
  });
});
