import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore } from '@loam/blobs';
import { writeTarGz } from '@loam/bundles';
import { UploadReader } from './upload-reader';

const worker = join(__dirname, '../../../dist/libs/uploads/src/bundle-reader.worker.js');
const skillMd = Buffer.from('---\nname: large\ndescription: Holds much.\n---\n');
const options = { deriveDescription: false };

it('a bundle that waits behind others has as much time as one that does not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loam-uploads-'));
  const blobs = openBlobStore({ driver: 'filesystem', root });
  const bundle = await writeTarGz([
    { path: 'SKILL.md', executable: false, bytes: skillMd },
    { path: 'data.bin', executable: false, bytes: randomBytes(1_000_000) },
  ]);
  await blobs.put('staging/large', bundle);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const patient = new UploadReader({ blobs, worker });
  await patient.read('staging/large', sha256, options);
  const began = performance.now();
  await patient.read('staging/large', sha256, options);
  const timeoutMs = Math.ceil((performance.now() - began) * 10);
  const reader = new UploadReader({ blobs, worker, timeoutMs });
  try {
    await reader.read('staging/large', sha256, options);
    const all = Array.from({ length: 30 }, () => reader.read('staging/large', sha256, options));
    for (const upload of await Promise.all(all)) expect(upload).not.toHaveProperty('rejected');
  } finally {
    await Promise.all([reader.close(), patient.close()]);
    await rm(root, { recursive: true });
  }
});
