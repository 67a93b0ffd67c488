import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore, type BlobStore } from '@loam/blobs';
import { writeTarGz } from '@loam/bundles';
import type { Database } from '@loam/database';
import { EmbeddingsAway, type EmbeddingProvider } from '@loam/embeddings';
import { testDatabase, type TestDatabase } from '@loam/testing';
import { bundleKey } from '@loam/uploads';
import { ReadTexts } from '../read-texts';
import { registryMigrations } from '../registry.migrations';
import { indexTexts } from './index-texts.job';

describe('the job that keeps texts for the search', () => {
  let server: TestDatabase;
  let database: Database;
  let blobs: BlobStore;
  let folder: string;

  beforeAll(async () => {
    server = await testDatabase('registry');
    database = await server.open('registry', registryMigrations);
    folder = await mkdtemp(join(tmpdir(), 'loam-texts-'));
    blobs = openBlobStore({ driver: 'filesystem', root: folder });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const providerOf = (id: string, embedded: string[] = []): EmbeddingProvider => ({
    ...{ id, dimensions: 2, least: 0, alone: 0, duplicate: 0.85, worth: 1 },
    check: async () => undefined,
    embed: async (texts) => {
      embedded.push(...texts);
      return texts.map(() => Float32Array.from([1, 0]));
    },
  });

  async function publish(tenant: string, slug: string): Promise<void> {
    const text = `---\nname: ${slug}\ndescription: About ${slug}.\n---\nThe body of ${slug}.\n`;
    const bytes = await writeTarGz([{ path: 'SKILL.md', bytes: Buffer.from(text), executable: false }]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await blobs.put(bundleKey(sha256), bytes);
    await server.asSuperuser(
      `WITH s AS (INSERT INTO registry.skills VALUES ($1, 'skill', $2, '1.0.0', 'published'))
       INSERT INTO registry.skill_versions (tenant_id, kind, slug, version, description, tags, sha256, bytes,
         fingerprint, requires, published_at, published_by)
       VALUES ($1, 'skill', $2, '1.0.0', 'About it.', '{t}', $3, 1, '', '[]', now(), 'a')`,
      [tenant, slug, sha256],
    );
  }
  const kept = (tenant: string) =>
    server.asSuperuser<{ slug: string; provider: string; body: string; name: string }>(
      'SELECT slug, name, provider, body FROM registry.search_documents WHERE tenant_id = $1 ORDER BY slug',
      [tenant],
    );
  const signal = new AbortController().signal;

  it('keeps name and body of the items that are named, once', async () => {
    const tenant = randomUUID();
    for (const slug of ['oak', 'pine']) await publish(tenant, slug);
    const embedded: string[] = [];
    const job = indexTexts({
      database,
      blobs,
      texts: new ReadTexts(),
      provider: providerOf('p-1', embedded),
    });
    const items = [{ kind: 'skill', slug: 'oak' }];
    await job({ items }, { tenant, signal });
    await job({ items }, { tenant, signal });
    expect(await kept(tenant)).toEqual([
      { slug: 'oak', name: 'oak', provider: 'p-1', body: 'The body of oak.\n' },
    ]);
    expect(embedded).toEqual(['oak\nAbout it.\n\nt']);
  });

  it('embeds everything of every tenant anew when the provider has changed', async () => {
    const tenants = [randomUUID(), randomUUID()] as const;
    for (const tenant of tenants) for (let i = 0; i < 40; i += 1) await publish(tenant, `item-${String(i)}`);
    for (const id of ['p-1', 'p-2']) {
      await indexTexts({ database, blobs, texts: new ReadTexts(), provider: providerOf(id) })(
        { items: null },
        { tenant: null, signal },
      );
      for (const tenant of tenants) {
        const rows = await kept(tenant);
        expect(rows).toHaveLength(40);
        expect(new Set(rows.map(({ provider }) => provider))).toEqual(new Set([id]));
      }
    }
  });

  it('fails, to be tried again, while the provider is away', async () => {
    const tenant = randomUUID();
    await publish(tenant, 'oak');
    const away = { ...providerOf('p-1'), embed: () => Promise.reject(new EmbeddingsAway('away')) };
    const job = indexTexts({ database, blobs, texts: new ReadTexts(), provider: away });
    await expect(job({ items: null }, { tenant, signal })).rejects.toThrow('away');
    expect(await kept(tenant)).toEqual([]);
  });
});
