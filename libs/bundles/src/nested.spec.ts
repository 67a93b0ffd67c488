import { rawZip, tarGz } from './archives.fixtures';
import { defaultLimits } from './limits';
import { openNested } from './nested';

const entry = (path: string, bytes: Buffer) => ({ path, bytes, executable: false });
const pathsOf = async (...entries: ReturnType<typeof entry>[]): Promise<string[]> =>
  [...(await openNested(entries)).values()].flat().map(({ path }) => path);

describe('archives inside a bundle', () => {
  it('are opened, and those inside them, and their files named by the way there', async () => {
    const inner = tarGz({ name: 'run.sh', content: 'true' });
    const zipped = rawZip([{ name: 'docs/read.md', content: 'text' }]);
    expect(await pathsOf(entry('outer.zip', zipped))).toEqual(['outer.zip!/docs/read.md']);
    const nested = tarGz({ name: 'deep.tgz', content: inner });
    expect(await pathsOf(entry('a.txt', Buffer.from('text')), entry('outer.tgz', nested))).toEqual([
      'outer.tgz!/SKILL.md',
      'outer.tgz!/deep.tgz',
      'outer.tgz!/deep.tgz!/SKILL.md',
      'outer.tgz!/deep.tgz!/run.sh',
    ]);
  });

  it('stay closed where they are broken, or too deep', async () => {
    const broken = tarGz().subarray(0, 60);
    expect((await openNested([entry('a.tgz', broken)])).size).toBe(0);
    let archive = tarGz();
    for (let depth = 0; depth < 5; depth++) archive = tarGz({ name: 'in.tgz', content: archive });
    expect((await openNested([entry('a.tgz', archive)])).size).toBe(3);
  });

  it('BND-03: expand to no more than a bundle may, all of them together', async () => {
    const archive = tarGz({ name: 'big', content: Buffer.alloc(3000, 7) });
    const limits = { ...defaultLimits, expandedBytes: 5000 };
    const opened = await openNested([entry('a.tgz', archive), entry('b.tgz', archive)], limits);
    expect([...opened.keys()]).toEqual(['a.tgz']);
  });
});
