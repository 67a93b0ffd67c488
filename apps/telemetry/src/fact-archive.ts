import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { BlobStore } from '@loam/blobs';

/**
 * Facts in the object store: one fact per line as JSON with the names of its columns, in the order in which they counted,
 * gzip. Beside each object lies its manifest.
 */

/** What is known of one object of facts. */
export interface ArchivedFacts {
  readonly tenant: string;
  readonly key: string;
  readonly facts: number;
  /** Of the object as it is stored, in hex. */
  readonly sha256: string;
  /** ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A fact as it is kept: a row of usage_facts as JSON. */
export interface FactLine {
  readonly at: string;
  readonly line: string;
}

const FORMAT = 'loam-usage-facts/1';

/**
 * Writes facts, and reads them back before it says that they are there. Holds a few of them at a time.
 * @param name what the object is called within the tenant; one that is there is replaced
 * @throws Error where what is read back is not what was written
 */
export async function archiveFacts(
  blobs: BlobStore,
  { tenant, name }: { readonly tenant: string; readonly name: string },
  lines: AsyncIterable<FactLine>,
): Promise<ArchivedFacts> {
  const key = `telemetry/facts/${tenant}/${name}.ndjson.gz`;
  const written = { facts: 0, firstAt: '', lastAt: '', content: createHash('sha256') };
  async function* noted() {
    for await (const { at, line } of lines) {
      if (written.facts === 0 || at < written.firstAt) written.firstAt = at;
      if (at > written.lastAt) written.lastAt = at;
      written.facts += 1;
      written.content.update(line);
      yield `${line}\n`;
    }
  }
  const body = Readable.from(noted());
  const zipped = createGzip();
  body.once('error', (error) => zipped.destroy(error));
  const { sha256 } = await blobs.put(key, body.pipe(zipped));
  const { facts, firstAt, lastAt, content } = written;
  const archived = { tenant, key, facts, sha256, firstAt, lastAt };
  const found = { facts: 0, content: createHash('sha256') };
  for await (const line of readFacts(blobs, archived)) {
    found.facts += 1;
    found.content.update(line);
  }
  const digest = content.digest('hex');
  if (found.facts !== facts || found.content.digest('hex') !== digest)
    throw new Error(`${key} does not hold what was written`);
  const manifest = { format: FORMAT, ...archived, contentSha256: digest };
  await blobs.put(key.replace(/ndjson\.gz$/, 'manifest.json'), Buffer.from(JSON.stringify(manifest)));
  return archived;
}

/**
 * The lines of an object of facts.
 * @throws Error where it is gone, or is not the object that was archived
 */
export async function* readFacts(
  blobs: BlobStore,
  { key, sha256 }: Pick<ArchivedFacts, 'key' | 'sha256'>,
): AsyncGenerator<string> {
  const found = await blobs.get(key);
  if (found === undefined) throw new Error(`the archive ${key} is gone`);
  const hash = createHash('sha256');
  const unzipped = createGunzip();
  found.body.on('data', (chunk: Buffer) => hash.update(chunk));
  found.body.once('error', (error) => unzipped.destroy(error));
  try {
    const lines = createInterface({ input: found.body.pipe(unzipped), crlfDelay: Infinity });
    for await (const line of lines) yield line;
  } finally {
    found.body.destroy();
  }
  if (hash.digest('hex') !== sha256) throw new Error(`the archive ${key} is damaged`);
}
