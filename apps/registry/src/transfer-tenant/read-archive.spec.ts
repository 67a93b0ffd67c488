import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { entriesOf, linesOf, wholeOf } from './read-archive';

async function archive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'one' }, 'first\nsecond\n');
  tar.entry({ name: 'two' }, Buffer.alloc(200_000, 'x'));
  tar.finalize();
  return buffer(tar);
}

/** In small pieces, as from a network. */
const streamOf = (bytes: Buffer, error?: Error) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
      if (error !== undefined) throw error;
    })(),
  );

async function read(body: Readable): Promise<string[]> {
  const seen: string[] = [];
  for await (const entry of entriesOf(body)) seen.push(`${entry.name} ${(await wholeOf(entry, 1e6)).length}`);
  return seen;
}

describe('reading an archive', () => {
  it('gives its entries in order, and skips what nobody wants', async () => {
    expect(await read(streamOf(await archive()))).toEqual(['one 13', 'two 200000']);
    const names: string[] = [];
    for await (const { name, skip } of entriesOf(streamOf(await archive()))) {
      names.push(name);
      skip();
    }
    expect(names).toEqual(['one', 'two']);
  });

  it.each([100, 515, 1000, 1500, 50_000, 200_000])('that ends after %i bytes says so', async (length) => {
    const bytes = (await archive()).subarray(0, length);
    await expect(read(streamOf(bytes))).rejects.toMatchObject({ code: 'archive-unreadable' });
  });

  it('passes on what the store fails with', async () => {
    const gone = new Error('the store is away');
    await expect(read(streamOf((await archive()).subarray(0, 5000), gone))).rejects.toBe(gone);
  });

  it('lets go of the store when the reader has seen enough', async () => {
    const body = streamOf(await archive());
    for await (const { name } of entriesOf(body)) if (name === 'one') break;
    expect(body.destroyed).toBe(true);
  });

  it('splits text into lines, whatever the pieces, and refuses what has no end', async () => {
    const lines = async (...pieces: string[]) => {
      const found: string[] = [];
      const content = Readable.from(pieces.map((piece) => Buffer.from(piece)));
      for await (const line of linesOf(content, () => undefined)) found.push(line);
      return found;
    };
    expect(await lines('a\nb', 'c\n', '\n')).toEqual(['a', 'bc', '']);
    await expect(lines('a\nb')).rejects.toMatchObject({ code: 'archive-events' });
    await expect(lines('x'.repeat(9_000_000))).rejects.toMatchObject({ code: 'archive-events' });
  });
});
