import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { ArchiveFault } from './archive';

/** An entry of an archive; its content must be read before the next one comes. */
export interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
  /** Reads past the content, instead of reading it. */
  readonly skip: () => void;
}

/** The entries of a tar archive as they come. @throws ArchiveFault where it is none, or ends too soon */
export async function* entriesOf(body: Readable): AsyncGenerator<ArchiveEntry> {
  const tar = extract();
  let ended = false;
  body.on('error', (error) => tar.destroy(error));
  body.on('end', () => (ended = true));
  body.pipe(tar);
  try {
    for await (const entry of tar) {
      const { name, size, type } = entry.header;
      if (type !== 'file') throw new ArchiveFault('archive-unreadable', `${name} is no plain file.`);
      yield { name, size, content: piecesOf(entry), skip: () => entry.resume() };
    }
  } catch (error) {
    // The store's own failures come through the body; the rest is what the archive is like.
    if (error instanceof ArchiveFault || (body.errored !== null && body.errored !== undefined)) throw error;
    throw new ArchiveFault('archive-unreadable', `This is no whole tar archive: ${messageOf(error)}.`);
  } finally {
    body.unpipe(tar);
    if (!ended) body.destroy();
  }
}

async function* piecesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of entry) if (Buffer.isBuffer(piece)) yield piece;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');

/** The lines of a text, each without its end. @throws ArchiveFault for one that is longer than any event */
export async function* linesOf(
  content: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of content) {
    onChunk(chunk);
    rest = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, from)) {
      yield rest.toString('utf8', from, at);
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > MOST_LINE) throw new ArchiveFault('archive-events', 'A line is longer than any event.');
  }
  if (rest.length > 0) throw new ArchiveFault('archive-events', 'The last line has no end.');
}

const MOST_LINE = 8 * 1024 * 1024;

/** The whole of a small entry. @throws ArchiveFault where it is larger than it may be */
export async function wholeOf({ name, size, content }: ArchiveEntry, most: number): Promise<Buffer> {
  if (size > most)
    throw new ArchiveFault('archive-unreadable', `${name} has ${size} bytes; at most ${most} are allowed.`);
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}
