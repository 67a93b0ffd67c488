import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3 } from '@aws-sdk/client-s3';
import { blobStoreFeatures } from './blob-store.features';
import type { BlobStore } from './blob-store';
import { openBlobStore } from './open-blob-store';
import { TcpProxy } from './tcp-proxy.fixtures';

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`These tests need a real S3 server, and ${name} to say where: npm run test:s3`);
  return value;
};

const endpoint = setting('S3_ENDPOINT');
const bucket = setting('S3_BUCKET');
const credentials = {
  accessKeyId: setting('AWS_ACCESS_KEY_ID'),
  secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
};
const region = process.env['AWS_REGION'] ?? 'us-east-1';
const prefix = `test-${randomUUID()}`;

const openAt = (where: { endpoint?: string; bucket?: string; prefix?: string }): BlobStore =>
  openBlobStore({
    ...{ driver: 's3', region, forcePathStyle: true, ...credentials },
    ...{ endpoint, bucket, prefix, ...where },
  });

describe('objects in S3', () => {
  const admin = new S3({ endpoint, region, credentials, forcePathStyle: true });
  const leftovers = async (): Promise<string[]> => {
    const { Uploads } = await admin.listMultipartUploads({ Bucket: bucket, Prefix: `${prefix}/` });
    return (Uploads ?? []).map(({ Key }) => String(Key));
  };

  afterAll(async () => {
    const store = openAt({});
    for await (const { key } of store.list('')) await store.delete(key);
    admin.destroy();
  });

  blobStoreFeatures(async () => ({ store: openAt({}), leftovers }));

  test('stores with different prefixes do not see each other', async () => {
    const key = `t/${randomUUID()}`;
    await openAt({}).put(key, Buffer.from('x'));
    expect(await openAt({ prefix: `${prefix}/other` }).head(key)).toBeUndefined();
    expect(await openAt({ prefix: '' }).read(`${prefix}/${key}`)).toEqual(Buffer.from('x'));
  });

  test('a signed URL gives anyone the bytes, with the name and type that were asked for', async () => {
    const store = openAt({});
    const content = randomBytes(1000);
    const key = `t/${randomUUID()}`;
    await store.put(key, content);
    const options = {
      expiresSeconds: 60,
      fileName: 'a "skill"\r\n-1.0.0+x.tar.gz',
      contentType: 'application/gzip',
    };
    const url = String(await store.signedUrl?.(key, options));
    const answer = await fetch(url);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(content);
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="a__skill___-1.0.0+x.tar.gz"',
    );
    expect(answer.headers.get('content-type')).toBe('application/gzip');
    expect((await fetch(url.replace(key, `${key}x`))).status).toBe(403);
  });

  test('a bucket or credentials that are wrong are a fault, not a missing key and not an outage', async () => {
    const nowhere = openAt({ bucket: `none-${randomUUID()}` });
    await expect(nowhere.get('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(nowhere.ping()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    const stranger = openBlobStore({
      ...{ driver: 's3', region, forcePathStyle: true, endpoint, bucket, prefix },
      ...{ accessKeyId: credentials.accessKeyId, secretAccessKey: 'wrong' },
    });
    await expect(stranger.get('a')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  describe('when the server is away', () => {
    const proxy = new TcpProxy(endpoint);
    let store: BlobStore;
    let key: string;

    beforeEach(async () => {
      await proxy.open();
      store = openAt({ endpoint: proxy.url });
      key = `t/${randomUUID()}`;
      await store.put(key, Buffer.alloc(8_000_000, 'content'));
    });
    afterEach(() => proxy.close());

    const everyCall: [string, () => Promise<unknown>][] = [
      ['put', () => store.put(key, Buffer.from('x'))],
      ['put of a stream', () => store.put(key, Readable.from([Buffer.alloc(6_000_000)]))],
      ['get', () => store.get(key)],
      ['read', () => store.read(key)],
      ['head', () => store.head(key)],
      ['copy', () => store.copy(key, `${key}-2`)],
      ['delete', () => store.delete(key)],
      ['list', () => store.list('')[Symbol.asyncIterator]().next()],
      ['ping', () => store.ping()],
    ];
    const outage = { code: 'blobs-unavailable', reason: 'unreachable' };

    async function failsInTime(call: () => Promise<unknown>): Promise<void> {
      const started = performance.now();
      await expect(call()).rejects.toMatchObject(outage);
      expect(performance.now() - started).toBeLessThan(2000);
    }

    test('every call says so within 2 s, and works again on its return, without a restart', async () => {
      await proxy.close();
      for (const [, call] of everyCall) await failsInTime(call);
      await proxy.open();
      for (const [, call] of everyCall) await call();
    });

    test('so too when it takes connections and does not answer', async () => {
      proxy.silence();
      await Promise.all(everyCall.map(([, call]) => failsInTime(call)));
      await proxy.close();
      await proxy.open();
      await store.ping();
    });

    test('a connection that was broken while idle is not noticed', async () => {
      await proxy.close();
      await proxy.open();
      await store.ping();
      await store.put(key, Buffer.from('x'));
      expect(await store.read(key)).toEqual(Buffer.from('x'));
    });

    test('a reader learns it in the middle of the content', async () => {
      const found = await store.get(key);
      const reading = (async () => {
        const chunks: AsyncIterable<unknown> | undefined = found?.body;
        let count = 0;
        for await (const chunk of chunks ?? []) if (chunk && count++ === 0) await proxy.close();
        return count;
      })();
      await expect(reading).rejects.toMatchObject(outage);
    });
  });
});
