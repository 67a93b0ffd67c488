import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { SKILL } from './archives.fixtures';
import { readBundle } from './bundle';
import type { BundleEntry } from './entry';
import { fingerprint } from './fingerprint';
import { writeTarGz, writeZip } from './write-archive';

const file = (path: string, content: string, executable = false): BundleEntry => ({
  path,
  bytes: Buffer.from(content),
  executable,
});

const sample = [
  file('scripts/run.sh', '#!/bin/sh\nexit 0\n', true),
  file('SKILL.md', SKILL),
  file('docs/été.md', 'long days\n'),
  file('empty', ''),
  file(`deep/${'n'.repeat(120)}/${'m'.repeat(100)}.md`, 'a long path\n'),
];

const plain = (entries: readonly BundleEntry[]) =>
  entries.map(({ path, bytes, executable }) => [path, Buffer.from(bytes).toString('base64'), executable]);

/** Names that cannot collide: a number in each segment's name, some beyond ASCII, depth 1 to 3. */
const paths = fc
  .uniqueArray(fc.tuple(fc.nat(40), fc.nat(3), fc.constantFrom('a', 'é', '漢', 'x y', 'n'.repeat(60))), {
    maxLength: 12,
    selector: ([number]) => number,
  })
  .map((all) =>
    all.map(([number, depth, stem]) =>
      [...Array.from({ length: depth }, (_, i) => `d${i}`), `${stem}${number}`].join('/'),
    ),
  );

const bundles = fc
  .tuple(paths, fc.infiniteStream(fc.tuple(fc.uint8Array({ maxLength: 2000 }), fc.boolean())))
  .map(([names, contents]) => {
    const others = names.map((path): BundleEntry => {
      const [bytes, executable] = contents.next().value ?? [new Uint8Array(), false];
      return { path, bytes, executable };
    });
    return [...others, file('SKILL.md', SKILL)];
  });

describe('BND-14: a bundle that is written and read again', () => {
  it.each([
    ['tar.gz', writeTarGz],
    ['zip', writeZip],
  ] as const)('is the same bundle, through a %s', async (_format, write) => {
    await fc.assert(
      fc.asyncProperty(bundles, async (entries) => {
        const read = await readBundle(await write(entries));
        expect(read.fingerprint).toBe(fingerprint(entries));
        const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
        expect(plain(read.entries)).toEqual(plain(sorted));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['tar.gz', writeTarGz],
    ['zip', writeZip],
  ] as const)('gives the same %s whatever the order of its files', async (_format, write) => {
    const archive = await write(sample);
    expect((await write([...sample].reverse())).equals(archive)).toBe(true);
    const { entries } = await readBundle(archive);
    expect((await write(entries)).equals(archive)).toBe(true);
  });

  it('has the fingerprint and the tar that every machine and Node version gives', async () => {
    expect(fingerprint(sample)).toBe(
      'sha256:50a166de037a58c402c86e3115603ebd3fc7b62826f3841fa9e932c437f8e5eb',
    );
    const tar = gunzipSync(await writeTarGz(sample));
    expect(createHash('sha256').update(tar).digest('hex')).toBe(
      'f9c99c8dbf65fcc3c9fe9999d4e810bf1706150d429e93aef71292dde7a55ee7',
    );
  });

  it('names no time and no system in its gzip header', async () => {
    const archive = await writeTarGz(sample);
    expect(archive.subarray(4, 8)).toEqual(Buffer.alloc(4));
    expect(archive[9]).toBe(255);
  });

  it('has a fingerprint that changes with path, content and permission', () => {
    const prints = [
      fingerprint([file('a', 'x')]),
      fingerprint([file('b', 'x')]),
      fingerprint([file('a', 'y')]),
      fingerprint([file('a', 'x', true)]),
      fingerprint([]),
    ];
    expect(new Set(prints).size).toBe(5);
  });

  it('has the fingerprint that its documentation describes', () => {
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const lines = [`a|0644|1|${hash('x')}`, `b|0755|0|${hash('')}`]
      .map((line) => `${line.replaceAll('|', '\0')}\n`)
      .join('');
    expect(fingerprint([file('b', '', true), file('a', 'x')])).toBe(`sha256:${hash(lines)}`);
  });
});
