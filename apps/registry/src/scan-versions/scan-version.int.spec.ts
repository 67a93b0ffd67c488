import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore, type BlobStore } from '@loam/blobs';
import { writeTarGz } from '@loam/bundles';
import { SkillPublished, SkillScanned, type Finding } from '@loam/contracts/registry';
import { EventCatalog, EventStore } from '@loam/event-store';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { bundleKey, UploadReader } from '@loam/uploads';
import { catalog } from '../catalog.projection';
import { registryMigrations } from '../registry.migrations';
import { recordedScan } from '../safety.queries';
import { skillStream } from '../skill.stream';
import { scanVersion } from './scan-version.job';

const worker = join(__dirname, '../../../../dist/libs/uploads/src/bundle-reader.worker.js');
const item = { kind: 'skill', slug: 'oak', version: '1.0.0' } as const;
const concern: Finding = {
  ...{ rule: 'name-near-popular', layer: 'names', severity: 'review', file: 'SKILL.md', line: null },
  message: 'It is called almost as another is.',
};

describe('a version that was published while the safety gate could not tell', () => {
  let server: TestDatabase;
  let store: EventStore;
  let folder: string;
  let blobs: BlobStore;
  let scanner: UploadReader;
  beforeAll(async () => {
    server = await testDatabase('registry');
    const database = await server.open('registry', registryMigrations);
    const clock = () => new Date();
    store = new EventStore({
      ...{ database, clock, inline: [catalog] },
      catalog: new EventCatalog([SkillPublished, SkillScanned]),
    });
    folder = await mkdtemp(join(tmpdir(), 'loam-scan-'));
    blobs = openBlobStore({ driver: 'filesystem', root: folder });
    scanner = new UploadReader({ blobs, worker, timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await scanner.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('is told of with the concerns about its name, now and after each later scan', async () => {
    const tenant = randomUUID();
    const bytes = await writeTarGz([
      {
        ...{ path: 'SKILL.md', executable: false },
        bytes: Buffer.from('---\nname: oak\ndescription: Tells of oaks.\n---\nOaks are trees.\n'),
      },
    ]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await blobs.put(bundleKey(sha256), bytes);
    const published = {
      ...{ ...item, name: 'oak', description: 'd', descriptionDerived: false, whenToUse: null, tags: [] },
      ...{ requires: [], sha256, bytes: bytes.length, files: 1, draftId: null, uploadSha256: sha256 },
      fingerprint: `sha256:${sha256}`,
    };
    const facts = [{ type: SkillPublished.name, data: published }];
    await store.transaction(testContext(tenant), (unit) =>
      unit.append({ stream: skillStream(tenant, item), expected: -1, facts }),
    );
    const scan = () => store.database.tenant(tenant, (tx) => recordedScan(tx, item));
    expect(await scan()).toBeUndefined();
    const parts = { store, blobs, scanner };
    await scanVersion(parts, { ...item, named: [concern] }, testContext(tenant));
    expect(await scan()).toMatchObject({ verdict: 'review', findings: [concern] });
    await scanVersion(parts, item, testContext(tenant));
    expect(await scan()).toMatchObject({ verdict: 'review', findings: [concern] });
  });
});
