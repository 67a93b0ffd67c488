import { cpuClock } from './cpu.fixtures';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { codeOf, problemOf, rawZip, SKILL, tarGz, tarRecord, zip } from './archives.fixtures';
import { assembleBundle, readBundle } from './bundle';
import { defaultLimits } from './limits';

const MiB = 1024 * 1024;

/** Milliseconds and growth of the resident memory in MiB. */
async function cost(reading: () => Promise<unknown>): Promise<{ ms: number; grown: number }> {
  const before = process.memoryUsage().rss;
  const spent = cpuClock();
  await reading();
  return { ms: spent(), grown: (process.memoryUsage().rss - before) / MiB };
}

async function refusedCheaply(bytes: Buffer, code: string): Promise<void> {
  const { ms, grown } = await cost(async () => {
    expect(await codeOf(readBundle(bytes))).toBe(code);
  });
  expect(ms).toBeLessThan(2000);
  expect(grown).toBeLessThan(200);
}

describe('BND-04: bombs stop at the budget', () => {
  it('a gzip that expands a thousand times', async () => {
    const zeros = gzipSync(Buffer.alloc(64 * MiB));
    await refusedCheaply(zeros, 'bundle-bomb');
    await refusedCheaply(Buffer.concat(Array.from({ length: 32 }, () => zeros)), 'bundle-too-large');
  });

  it('a tar of a million empty entries', async () => {
    const records = gzipSync(
      Buffer.concat(Array.from({ length: 10_000 }, (_, i) => tarRecord({ name: `f${i}` }))),
    );
    await refusedCheaply(Buffer.concat(Array.from({ length: 100 }, () => records)), 'bundle-too-large');
    await refusedCheaply(
      tarGz(...Array.from({ length: 600 }, (_, i) => ({ name: `f${i}` }))),
      'bundle-too-many-entries',
    );
  });

  it('a zip that lists more entries than a bundle may hold', async () => {
    const specs = Array.from({ length: 20_000 }, (_, i) => ({ name: `f${i}`, method: 0 }));
    await refusedCheaply(rawZip(specs), 'bundle-too-many-entries');
  });

  it('a zip entry that expands a thousand times', async () => {
    const bomb = { name: 'a', content: Buffer.alloc(8 * MiB) };
    await refusedCheaply(zip(bomb), 'bundle-bomb');
  });

  it('a zip whose entries share the same content', async () => {
    const kernel = { name: 'a', content: randomBytes(MiB) };
    const others = Array.from({ length: 10 }, () => ({ ...kernel, sameAs: 1 }));
    const named = others.map((spec, i) => ({ ...spec, name: `a${i}` }));
    await refusedCheaply(zip(kernel, ...named), 'bundle-corrupt');
  });

  it('a zip entry that claims to be small', async () => {
    await refusedCheaply(
      zip({ name: 'a', content: Buffer.alloc(64 * MiB), claims: { size: 10 } }),
      'bundle-corrupt',
    );
  });

  it('archives inside archives are data', async () => {
    const inner = zip({ name: 'x', content: Buffer.alloc(64 * MiB) });
    const { entries } = await readBundle(zip({ name: 'inner.zip', content: inner }));
    expect(entries).toHaveLength(2);
    expect(await codeOf(readBundle(rawZip([{ name: 'inner.zip', content: inner }])))).toBe(
      'skill-md-missing',
    );
  });
});

describe('BND-10: the limits of a bundle', () => {
  const many = Array.from({ length: 511 }, (_, i) => ({ name: `f${i}` }));

  it.each([
    ['tar.gz', tarGz],
    ['zip', zip],
  ] as const)(
    '512 files are read from a %s, 513 are refused with the limit named',
    async (_format, archive) => {
      expect((await readBundle(archive(...many))).entries).toHaveLength(512);
      const problem = await problemOf(readBundle(archive(...many, { name: 'one-more' })));
      expect(problem.code).toBe('bundle-too-many-entries');
      expect(problem.detail).toMatch(/512 files, the most that readers of skills accept/);
    },
  );

  it.each([
    ['tar.gz', tarGz],
    ['zip', zip],
  ] as const)('16 MiB expanded are read from a %s, one byte more is refused', async (_format, archive) => {
    const half = Buffer.concat([randomBytes(4 * MiB), Buffer.alloc(4 * MiB)]);
    const rest = half.subarray(SKILL.length);
    const limits = { ...defaultLimits, compressedBytes: 16 * MiB };
    const full = archive({ name: 'a', content: half }, { name: 'b', content: rest });
    expect((await readBundle(full, { limits })).entries).toHaveLength(3);
    const over = archive(
      { name: 'a', content: half },
      { name: 'b', content: half.subarray(SKILL.length - 1) },
    );
    const problem = await problemOf(readBundle(over, { limits }));
    expect(problem.code).toBe('bundle-too-large');
    expect(problem.detail).toMatch(/16777216 bytes/);
  });

  it('an archive of more than 10 MiB is refused before it is opened', async () => {
    expect(await codeOf(readBundle(Buffer.alloc(10 * MiB + 1)))).toBe('bundle-too-large');
  });

  it('a text file of more than 1 MiB is refused, a binary one is not', async () => {
    const text = randomBytes(600 * 1024).toString('hex');
    expect(await codeOf(readBundle(zip({ name: 'big.txt', content: text })))).toBe('bundle-file-too-large');
    const binary = { name: 'big.bin', content: randomBytes(2 * MiB) };
    expect((await readBundle(zip(binary))).entries).toHaveLength(2);
  });

  it('the same limits hold for files in memory', async () => {
    const file = (path: string) => ({ path, bytes: Buffer.from(SKILL), executable: false });
    const files = [file('SKILL.md'), ...many.map(({ name }) => file(name))];
    expect(assembleBundle(files).entries).toHaveLength(512);
    expect(await codeOf(() => assembleBundle([...files, file('x')]))).toBe('bundle-too-many-entries');
    expect(await codeOf(() => assembleBundle([file('../SKILL.md')]))).toBe('bundle-path-unsafe');
  });

  it('small repetitive texts are not taken for bombs', async () => {
    const content = 'a'.repeat(512 * 1024);
    expect((await readBundle(zip({ name: 'a', content }))).entries).toHaveLength(2);
    expect((await readBundle(tarGz({ name: 'a', content }))).entries).toHaveLength(2);
  });
});
