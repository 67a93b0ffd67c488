import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { BlobInfo, BlobStore } from './blob-store';

const MIB = 1024 * 1024;

/** A store to try, and a look behind it: what unfinished puts have left there. */
export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  leftovers(): Promise<readonly string[]>;
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A stream that does not tell its length, in pieces of an odd size. */
function pieces(content: Buffer, size = 70_001): Readable {
  const all = Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
    content.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(all, { objectMode: false });
}

async function all(list: AsyncIterable<BlobInfo>): Promise<BlobInfo[]> {
  const found: BlobInfo[] = [];
  for await (const info of list) found.push(info);
  return found;
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < items.length; index += 32)
    await Promise.all(items.slice(index, index + 32).map(work));
}

/** What every driver must do; each test works under a key of its own. */
export function blobStoreFeatures(open: () => Promise<BlobStoreUnderTest>): void {
  let store: BlobStore;
  let leftovers: BlobStoreUnderTest['leftovers'];
  let folder: string;

  beforeAll(async () => ({ store, leftovers } = await open()));
  beforeEach(() => (folder = `t/${randomUUID()}`));

  const nothingIsLeft = async (): Promise<void> => {
    expect(await all(store.list(`${folder}/`))).toEqual([]);
    expect(await leftovers()).toEqual([]);
  };

  describe('storing', () => {
    test.each([
      ['no byte', 0],
      ['one byte', 1],
      ['12 MiB', 12 * MIB],
    ])('gives back %s, sent as a stream of unknown length, with its size and digest', async (_, bytes) => {
      const content = randomBytes(bytes);
      const key = `${folder}/content`;
      expect(await store.put(key, pieces(content))).toEqual({ key, bytes, sha256: sha256(content) });
      const found = await store.get(key);
      expect(found?.bytes).toBe(bytes);
      expect(found && content.equals(await buffer(found.body))).toBe(true);
      expect(await store.head(key)).toEqual({ key, bytes, modifiedAt: expect.any(Date) });
      expect(await leftovers()).toEqual([]);
    });

    test('gives back bytes that were at hand, and only the part that a view shows', async () => {
      const content = Buffer.from('—ab—').subarray(3, 5);
      const key = `${folder}/content`;
      expect(await store.put(key, content)).toEqual({ key, bytes: 2, sha256: sha256(content) });
      expect(await store.read(key)).toEqual(content);
    });

    test('replaces the whole content, and storing the same again changes nothing', async () => {
      const key = `${folder}/content`;
      await store.put(key, Buffer.from('a longer text'));
      await store.put(key, Buffer.from('short'));
      await store.put(key, Buffer.from('short'));
      expect(await store.read(key)).toEqual(Buffer.from('short'));
    });

    test('keeps one whole body of several that race for a key', async () => {
      const key = `${folder}/content`;
      const bodies = Array.from({ length: 10 }, () => randomBytes(200_000));
      await Promise.all(bodies.map((body) => store.put(key, pieces(body))));
      const stored = await store.read(key);
      expect(bodies.filter((body) => stored?.equals(body))).toHaveLength(1);
      expect(await leftovers()).toEqual([]);
    });

    test('lets a key be the beginning of another', async () => {
      await store.put(`${folder}/a`, Buffer.from('1'));
      await store.put(`${folder}/a/b`, Buffer.from('2'));
      await store.put(`${folder}/a/b/c`, Buffer.from('3'));
      expect(await store.read(`${folder}/a`)).toEqual(Buffer.from('1'));
      expect(await store.read(`${folder}/a/b`)).toEqual(Buffer.from('2'));
    });
  });

  describe('a put that fails leaves nothing', () => {
    test.each([
      ['a stream of many parts', () => pieces(Buffer.alloc(12 * MIB)), 11 * MIB],
      ['a short stream', () => pieces(Buffer.alloc(1001)), 1000],
      ['bytes at hand', () => Buffer.alloc(1001), 1000],
    ])('when it is over its limit: %s', async (_, body, maxBytes) => {
      const put = store.put(`${folder}/content`, body(), { maxBytes });
      await expect(put).rejects.toMatchObject({ code: 'blob-too-large', maxBytes });
      await nothingIsLeft();
    });

    test('and a body of exactly the limit is stored', async () => {
      const put = store.put(`${folder}/content`, pieces(Buffer.alloc(1000)), { maxBytes: 1000 });
      expect(await put).toMatchObject({ bytes: 1000 });
    });

    test.each([1, 6 * MIB])('when its stream breaks off after %d bytes', async (bytes) => {
      // As when a client hangs up: the store must not take that for an outage of its own.
      const failure = Object.assign(new Error('the client went away'), { code: 'ECONNRESET' });
      const body = Readable.from(
        (async function* () {
          yield Buffer.alloc(bytes);
          throw failure;
        })(),
      );
      await expect(store.put(`${folder}/content`, body)).rejects.toBe(failure);
      await nothingIsLeft();
    });

    test('when it is aborted while the stream stands still', async () => {
      const abort = new AbortController();
      let readOn = (): void => undefined;
      const wanted = new Promise<void>((resolve) => (readOn = resolve));
      let sent = false;
      const body = new Readable({
        read() {
          if (sent) readOn();
          else this.push(Buffer.alloc(6 * MIB));
          sent = true;
        },
      });
      const put = store.put(`${folder}/content`, body, { signal: abort.signal });
      const failed = expect(put).rejects.toMatchObject({ name: 'AbortError' });
      await wanted;
      abort.abort();
      await failed;
      expect(body.destroyed).toBe(true);
      await nothingIsLeft();
    });

    test('and keeps what the key had before', async () => {
      const key = `${folder}/content`;
      await store.put(key, Buffer.from('before'));
      await expect(store.put(key, pieces(Buffer.alloc(2000)), { maxBytes: 1000 })).rejects.toThrow();
      expect(await store.read(key)).toEqual(Buffer.from('before'));
    });
  });

  describe('reading', () => {
    test('a key that is not there is undefined, not an error', async () => {
      const key = `${folder}/nothing`;
      expect(await store.get(key)).toBeUndefined();
      expect(await store.read(key)).toBeUndefined();
      expect(await store.head(key)).toBeUndefined();
    });

    test('trusts content by its digest only', async () => {
      const key = `${folder}/content`;
      const { sha256: actualSha256 } = await store.put(key, Buffer.from('altered'));
      expect(await store.read(key, { expectSha256: actualSha256 })).toEqual(Buffer.from('altered'));
      const expectSha256 = sha256(Buffer.from('what was published'));
      await expect(store.read(key, { expectSha256 })).rejects.toMatchObject({
        code: 'blob-corrupt',
        key,
        actualSha256,
      });
    });

    test('may be given up halfway', async () => {
      const key = `${folder}/content`;
      await store.put(key, Buffer.alloc(6 * MIB));
      const found = await store.get(key);
      const reader = found?.body[Symbol.asyncIterator]();
      expect(await reader?.next()).toMatchObject({ done: false });
      await reader?.return?.();
      expect(found?.body.destroyed).toBe(true);
    });
  });

  describe('copying and deleting', () => {
    test('copies the content, over what was there, and keeps the source', async () => {
      await store.put(`${folder}/from`, Buffer.from('content'));
      await store.put(`${folder}/to`, Buffer.from('old'));
      await store.copy(`${folder}/from`, `${folder}/to`);
      await store.copy(`${folder}/from`, `${folder}/deep/to`);
      for (const name of ['from', 'to', 'deep/to'])
        expect(await store.read(`${folder}/${name}`)).toEqual(Buffer.from('content'));
    });

    test('copying what is not there says so and makes nothing', async () => {
      const copy = store.copy(`${folder}/nothing`, `${folder}/to`);
      await expect(copy).rejects.toMatchObject({ code: 'blob-missing', key: `${folder}/nothing` });
      await nothingIsLeft();
    });

    test('deletes one key, and again without complaint', async () => {
      await store.put(`${folder}/a`, Buffer.from('1'));
      await store.put(`${folder}/a/b`, Buffer.from('2'));
      await store.delete(`${folder}/a`);
      await store.delete(`${folder}/a`);
      await store.delete(`${folder}/never/there`);
      expect((await all(store.list(`${folder}/`))).map(({ key }) => key)).toEqual([`${folder}/a/b`]);
    });
  });

  describe('listing', () => {
    test('gives more than a thousand keys, all of them, in ascending order', async () => {
      const keys = Array.from({ length: 1005 }, (_, index) => `${folder}/many/${index}`);
      await inBatches(keys, (key) => store.put(key, Buffer.from('x')));
      const found = await all(store.list(`${folder}/many/`));
      expect(found.map(({ key }) => key)).toEqual(keys.sort());
      expect(found[0]).toEqual({ key: keys[0], bytes: 1, modifiedAt: expect.any(Date) });
    }, 60_000);

    test('gives exactly the keys that start with the prefix, whether or not it ends at a slash', async () => {
      const names = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a0', 'ab/c', 'b'];
      await inBatches(names, (name) => store.put(`${folder}/${name}`, Buffer.from('x')));
      for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'ab', 'b', 'c', 'c/d']) {
        const found = await all(store.list(`${folder}/${prefix}`));
        const expected = names.filter((name) => name.startsWith(prefix)).map((name) => `${folder}/${name}`);
        expect(found.map(({ key }) => key)).toEqual(expected.sort());
      }
    });
  });

  describe('keys', () => {
    const attacks = [
      ...[
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        '../a',
        'a/../b',
        'a/..',
        './a',
        'a/./b',
        '.hidden',
        'a/.b',
      ],
      ...['C:\\a', 'a\\b', 'a\0b', 'a b', 'a\n', 'A', 'ä', '%2e%2e/a', 'a?b', 'a#b', '@a', '-a', '~'],
      ...['x'.repeat(201), Array.from({ length: 401 }, () => 'x').join('/')],
    ];

    test.each(attacks)('%j is refused everywhere', async (key) => {
      const refused = { code: 'blob-key-invalid' };
      const good = `${folder}/good`;
      await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refused);
      await expect(store.get(key)).rejects.toMatchObject(refused);
      await expect(store.read(key)).rejects.toMatchObject(refused);
      await expect(store.head(key)).rejects.toMatchObject(refused);
      await expect(store.delete(key)).rejects.toMatchObject(refused);
      await expect(store.copy(key, good)).rejects.toMatchObject(refused);
      await expect(store.copy(good, key)).rejects.toMatchObject(refused);
      if (store.signedUrl)
        await expect(store.signedUrl(key, { expiresSeconds: 1 })).rejects.toMatchObject(refused);
    });

    test.each(['/', '..', '../', 'a/../', '.', 'a//', 'A', 'a\0'])(
      '%j is refused as a prefix',
      async (prefix) => {
        await expect(all(store.list(prefix))).rejects.toMatchObject({ code: 'blob-key-invalid' });
      },
    );

    test('any other text is either refused or comes back as it was', async () => {
      const segment = fc.stringMatching(/^[a-z0-9._/-]{1,12}$/);
      await fc.assert(
        fc.asyncProperty(segment, async (text) => {
          const key = `${folder}/${text}`;
          const content = Buffer.from(key);
          const stored = await store.put(key, content).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'blob-key-invalid' });
          });
          if (stored) expect(await store.read(key)).toEqual(content);
        }),
        { numRuns: 50 },
      );
    });
  });

  test('a ping succeeds and leaves nothing', async () => {
    await store.ping();
    expect(await leftovers()).toEqual([]);
  });
}
