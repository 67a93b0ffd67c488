import { cpuClock } from './cpu.fixtures';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pax, SKILL, tarGz, tarRecord, zip } from './archives.fixtures';
import { readBundle } from './bundle';
import { parseSkillMd } from './manifest';
import { BundleProblem } from './problem';

/** Whatever the input, the outcome is a value or a BundleProblem, soon. */
async function endsWell(read: () => unknown): Promise<void> {
  const spent = cpuClock();
  try {
    await read();
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error;
  }
  expect(spent()).toBeLessThan(10_000);
}

type Edit = [at: number, bytes: Uint8Array, remove: number];
const edits = fc.array(
  fc.tuple(fc.nat(100_000), fc.uint8Array({ maxLength: 8 }), fc.constantFrom(0, 0, 0, 1, 2, 512)),
  { minLength: 1, maxLength: 4 },
);

/** Overwrites at places of the archive, and sometimes shortens it there. */
function mutate(archive: Buffer, changes: Edit[]): Buffer {
  return changes.reduce((current, [place, bytes, remove]) => {
    const at = place % Math.max(current.length, 1);
    return Buffer.concat([current.subarray(0, at), bytes, current.subarray(at + bytes.length + remove)]);
  }, archive);
}

const longName = tarRecord({ name: '././@LongLink', type: 'L', content: 'docs/long\0' });
const seedTar = gunzipSync(
  tarGz(
    pax('x', { path: 'docs/é.md', size: '4' }),
    { name: 'd', content: 'four' },
    longName,
    { name: 'docs/l' },
    pax('g', { comment: 'c' }),
    { name: 'docs/', type: '5' },
  ),
);
const seedZip = zip(
  { name: 'a', content: 'stored', method: 0 },
  { name: 'b', content: 'x'.repeat(200), descriptor: true },
  { name: 'd/', mode: 0o040755, method: 0 },
);

describe('whatever bytes come, reading ends in a bundle or a problem', () => {
  it('random bytes', async () => {
    const magic = fc.constantFrom([], [0x1f, 0x8b, 8, 0], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]);
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 2000 }), (start, rest) =>
        endsWell(() => readBundle(Uint8Array.from([...start, ...rest]))),
      ),
      { numRuns: 500 },
    );
  });

  it('a damaged tar', async () => {
    await expect(readBundle(gzipSync(seedTar))).resolves.toBeDefined();
    await fc.assert(
      fc.asyncProperty(edits, (changes) => endsWell(() => readBundle(gzipSync(mutate(seedTar, changes))))),
      { numRuns: 500 },
    );
  });

  it('a damaged tar whose checksums were repaired', async () => {
    const repaired = (tar: Buffer): Buffer => {
      for (let at = 0; at + 512 <= tar.length; at += 512) {
        const block = tar.subarray(at, at + 512);
        if (block.toString('latin1', 257, 262) !== 'ustar') continue;
        block.fill(' ', 148, 156);
        const sum = block.reduce((total, byte) => total + byte, 0);
        block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      }
      return tar;
    };
    await fc.assert(
      fc.asyncProperty(edits, (changes) =>
        endsWell(() => readBundle(gzipSync(repaired(mutate(seedTar, changes))))),
      ),
      { numRuns: 500 },
    );
  });

  it('a damaged gzip', async () => {
    const archive = tarGz();
    await fc.assert(
      fc.asyncProperty(edits, (changes) => endsWell(() => readBundle(mutate(archive, changes)))),
      { numRuns: 300 },
    );
  });

  it('a damaged zip', async () => {
    await expect(readBundle(seedZip)).resolves.toBeDefined();
    await fc.assert(
      fc.asyncProperty(edits, (changes) => endsWell(() => readBundle(mutate(seedZip, changes)))),
      { numRuns: 1000 },
    );
  });

  it('random and damaged frontmatter', async () => {
    const pieces = fc.array(
      fc.constantFrom(
        '---',
        '\n',
        'description',
        ': ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '|',
        '>',
        '&a',
        '*a',
        '!t',
        '? ',
        '#',
        '%',
        ' ',
        '\t',
        '\u0000',
        'x',
        '\r\n',
        '\uFEFF',
        ',',
        '@',
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, (parts) => endsWell(() => parseSkillMd(`---\n${parts.join('')}\n---\n`))),
      { numRuns: 2000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), (text) => endsWell(() => parseSkillMd(text))),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(edits, (changes) =>
        endsWell(() =>
          parseSkillMd(mutate(Buffer.from(SKILL), changes).toString(), { deriveDescription: true }),
        ),
      ),
      { numRuns: 500 },
    );
  });
});
