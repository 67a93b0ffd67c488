import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';
import { type BundleEntry, sortEntries } from './entry';

const mode = ({ executable }: BundleEntry): number => (executable ? 0o755 : 0o644);
/** The tenth byte of a gzip header names the operating system; 255 is "unknown". */
const GZIP_OS_BYTE = 9;
const UNKNOWN_OS = 255;

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) {
    if (Buffer.isBuffer(piece)) pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * A gzip-compressed tar of the entries: sorted, no times, no owners, modes 0644 and 0755. The tar is the same bytes
 * on every machine; the gzip layer is the same for one build of zlib. Compare bundles by fingerprint.
 */
export async function writeTarGz(entries: readonly BundleEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of sortEntries(entries)) {
    tar.entry(
      { name: entry.path, mode: mode(entry), mtime: new Date(0), type: 'file' },
      Buffer.from(entry.bytes),
    );
  }
  tar.finalize();
  const archive = await promisify(gzip)(await collect(tar), { level: 4 });
  archive[GZIP_OS_BYTE] = UNKNOWN_OS;
  return archive;
}

/** A zip of the entries: sorted, dated 1980-01-01, modes 0644 and 0755. The same promise as {@link writeTarGz}. */
export async function writeZip(entries: readonly BundleEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const entry of sortEntries(entries)) {
    // A zip holds local time without a zone: this date is 1980-01-01 00:00, its first, in every zone.
    const options = { mtime: new Date(1980, 0, 1), mode: 0o100000 | mode(entry), forceDosTimestamp: true };
    zip.addBuffer(Buffer.from(entry.bytes), entry.path, options);
  }
  zip.end();
  return collect(zip.outputStream);
}
