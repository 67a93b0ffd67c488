import { createHash, randomBytes, randomInt } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeTarGz } from '@loam/bundles';
import { requestBytes } from './http-link';

/** An archive of about 20 KB that no other shares its content with. */
export interface Payload {
  readonly slug: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** This much text of such words comes to 20 KB. */
const WORDS = 8000;
const VOCABULARY = 2000;

/** Text as large vocabularies make it: some words often, most seldom. */
function prose(): string {
  const words = Array.from({ length: VOCABULARY }, () =>
    randomBytes(4)
      .toString('base64')
      .replaceAll(/[^a-z]/gi, 'e')
      .toLowerCase()
      .slice(0, 3 + randomInt(5)),
  );
  const text = Array.from({ length: WORDS }, (_, at) => {
    const word = words[Math.floor(VOCABULARY ** Math.random()) - 1] ?? 'and';
    return at % 12 === 11 ? `${word}.\n` : `${word} `;
  });
  return text.join('');
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Payloads of the same two files; the text of one begins in another way in each. */
export async function makePayloads(prefix: string, count: number): Promise<Payload[]> {
  const marker = `${prefix}-${'0'.repeat(8)}`;
  const packed = await writeTarGz([
    {
      ...{ path: 'SKILL.md', executable: false },
      bytes: Buffer.from(`---\nname: measured\ndescription: Measures ${marker}.\n---\n\n# Measured\n`),
    },
    { path: 'reference/guide.md', executable: false, bytes: Buffer.from(prose()) },
  ]);
  const tar = gunzipSync(packed);
  const at = tar.indexOf(marker) + prefix.length + 1;
  return Array.from({ length: count }, (_, number) => {
    const name = String(number).padStart(8, '0');
    tar.write(name, at);
    const bytes = gzipSync(tar, { level: 1 });
    return { slug: `${prefix}-${name}`, bytes, sha256: sha256Of(bytes) };
  });
}

const BOUNDARY = 'loam-bench-boundary';

/** The request that publishes the payload at Loam. */
export function publishRequest(token: string, { slug, bytes }: Payload): Buffer {
  const metadata = JSON.stringify({ slug, version: '1.0.0' });
  const body = Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="metadata"\r\ncontent-type: application/json\r\n\r\n${metadata}\r\n--${BOUNDARY}\r\ncontent-disposition: form-data; name="bundle"; filename="b.tar.gz"\r\ncontent-type: application/gzip\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  return requestBytes(
    'POST',
    '/v1/skills',
    { authorization: `Bearer ${token}`, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body,
  );
}

/** The request that publishes the payload at an npm registry, as `npm publish` writes it. */
export function npmPublishRequest(token: string, url: string, { slug, bytes }: Payload): Buffer {
  const file = `${slug}-1.0.0.tgz`;
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const version = {
    ...{ name: slug, version: '1.0.0', description: 'Measures.', _id: `${slug}@1.0.0` },
    dist: { shasum: sha1, integrity, tarball: `${url}/${slug}/-/${file}` },
  };
  const body = {
    ...{ _id: slug, name: slug, description: 'Measures.', 'dist-tags': { latest: '1.0.0' } },
    versions: { '1.0.0': version },
    _attachments: {
      [file]: {
        content_type: 'application/octet-stream',
        ...{ data: bytes.toString('base64'), length: bytes.length },
      },
    },
  };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return requestBytes('PUT', `/${slug}`, headers, Buffer.from(JSON.stringify(body)));
}
