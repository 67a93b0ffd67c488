import { randomUUID } from 'node:crypto';
import files from 'node:fs/promises';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreFeatures } from './blob-store.features';
import { openBlobStore } from './open-blob-store';

describe('objects in a folder', () => {
  let root: string;
  beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'loam-blobs-'))));
  afterAll(() => rm(root, { recursive: true }));

  const leftovers = (): Promise<string[]> => readdir(join(root, '.unfinished'));
  const open = () => openBlobStore({ driver: 'filesystem', root: join(root, 'not', 'there', 'yet') });

  blobStoreFeatures(async () => ({ store: openBlobStore({ driver: 'filesystem', root }), leftovers }));

  test('the folder is made when it is first needed, for this user only', async () => {
    expect(await open().get('a')).toBeUndefined();
    await open().put('a', Buffer.from('x'));
    expect((await stat(join(root, 'not'))).mode & 0o777).toBe(0o700);
  });

  test('it cannot sign URLs', () => {
    expect(open().signedUrl).toBeUndefined();
  });

  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'unreachable'],
    ['ESTALE', 'unreachable'],
  ])('a disk that answers %s is an outage: %s, and the unfinished file is removed', async (code, reason) => {
    const store = openBlobStore({ driver: 'filesystem', root });
    const key = `t/${randomUUID()}`;
    const spy = jest
      .spyOn(files, 'writeFile')
      .mockRejectedValueOnce(Object.assign(new Error('of the operating system'), { code }));
    try {
      await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject({
        code: 'blobs-unavailable',
        reason,
      });
    } finally {
      spy.mockRestore();
    }
    expect(await leftovers()).toEqual([]);
    expect(await store.head(key)).toBeUndefined();
  });

  test('a root that is not a folder is an outage: a volume may come back in its place', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    const store = openBlobStore({ driver: 'filesystem', root: file });
    await expect(store.ping()).rejects.toMatchObject({ code: 'blobs-unavailable', reason: 'unreachable' });
  });
});
