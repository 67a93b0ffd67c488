import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore, type BlobStore } from '@loam/blobs';
import { writeTarGz } from '@loam/bundles';
import { UploadReader } from './upload-reader';

const dist = join(__dirname, '../../../dist/libs/uploads/src');
const worker = join(dist, 'bundle-reader.worker.js');
const skillMd = Buffer.from('---\nname: large\ndescription: Holds much.\n---\n');
const options = { deriveDescription: false };

it('a bundle that waits behind others has as much time as one that does not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loam-uploads-'));
  const blobs = openBlobStore({ driver: 'filesystem', root });
  const bundle = await writeTarGz([
    { path: 'SKILL.md', executable: false, bytes: skillMd },
    { path: 'data.bin', executable: false, bytes: randomBytes(1_000_000) },
  ]);
  const keys = ['a', 'b', 'c', 'd'].map((tenant) => `staging/${tenant}/large`);
  for (const key of keys) await blobs.put(key, bundle);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const patient = new UploadReader({ blobs, worker });
  await patient.read('staging/a/large', sha256, options);
  const began = performance.now();
  await patient.read('staging/a/large', sha256, options);
  const timeoutMs = Math.ceil((performance.now() - began) * 40);
  const reader = new UploadReader({ blobs, worker, timeoutMs });
  try {
    await reader.read('staging/a/large', sha256, options);
    const all = Array.from({ length: 30 }, () => keys.map((key) => reader.read(key, sha256, options))).flat();
    for (const upload of await Promise.all(all)) expect(upload).not.toHaveProperty('rejected');
  } finally {
    await Promise.all([reader.close(), patient.close()]);
    await rm(root, { recursive: true });
  }
});

it('a tenant that floods the reader is refused, and another is read', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loam-uploads-'));
  const blobs = openBlobStore({ driver: 'filesystem', root });
  const bundle = await writeTarGz([{ path: 'SKILL.md', executable: false, bytes: skillMd }]);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  for (const tenant of ['noisy', 'quiet']) await blobs.put(`staging/${tenant}/small`, bundle);
  const reader = new UploadReader({ blobs, worker, timeoutMs: 60_000 });
  try {
    const flood = Array.from({ length: 100 }, () => reader.read('staging/noisy/small', sha256, options));
    const quiet = await reader.read('staging/quiet/small', sha256, options);
    expect(quiet).not.toHaveProperty('rejected');
    const answers = await Promise.all(flood);
    const refused = answers.flatMap((answer) => ('rejected' in answer ? [answer.rejected] : []));
    expect(new Set(refused)).toEqual(new Set(['rate-limited']));
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(32);
  } finally {
    await reader.close();
    await rm(root, { recursive: true });
  }
});

describe('BND-13: a thread that runs out of memory while it reads', () => {
  let root: string;
  let blobs: BlobStore;
  let reader: UploadReader;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'loam-uploads-'));
    blobs = openBlobStore({ driver: 'filesystem', root });
    reader = new UploadReader({
      blobs,
      worker: join(dist, 'dying-reader.fixtures.worker.js'),
      timeoutMs: 30_000,
    });
  });
  afterAll(async () => {
    await reader.close();
    await rm(root, { recursive: true });
  });

  /** An upload that takes so many lives; tells how it ended and how often it was tried. */
  const upload = async (deaths: number) => {
    const file = join(root, `lives-${deaths}`);
    const order = Buffer.from(JSON.stringify({ file, deaths }));
    await blobs.put(`staging/dying-${deaths}`, order);
    const sha256 = createHash('sha256').update(order).digest('hex');
    const answer = await reader.read(`staging/dying-${deaths}`, sha256, options);
    return { answer, lives: (await readFile(file)).length };
  };

  it('is tried once more', async () => {
    expect(await upload(1)).toEqual({
      answer: expect.objectContaining({ rejected: 'bundle-corrupt' }),
      lives: 2,
    });
  });

  it('fails that one upload cleanly when it dies again, and reads the next', async () => {
    expect(await upload(9)).toEqual({
      answer: expect.objectContaining({ rejected: 'bundle-unreadable' }),
      lives: 2,
    });
    expect(await upload(0)).toEqual({
      answer: expect.objectContaining({ rejected: 'bundle-corrupt' }),
      lives: 1,
    });
  });

  it('holds up nothing else in the process meanwhile', async () => {
    const dying = upload(8);
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await dying;
    clearInterval(beat);
    expect(longest).toBeLessThan(500);
  });
});
