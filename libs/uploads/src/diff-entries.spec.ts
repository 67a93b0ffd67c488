import { applyPatch } from 'diff';
import { array, assert, constantFrom, property, string } from 'fast-check';
import type { BundleEntry } from '@loam/bundles';
import { diffEntries, diffLimits } from './diff-entries';

const file = (path: string, content: string | Uint8Array, executable = false): BundleEntry => ({
  path,
  bytes: Buffer.from(content),
  executable,
});

describe('the difference between two bundles', () => {
  it('names what was added, removed, changed and renamed, by path', () => {
    const from = [
      file('a.md', 'a\n'),
      file('old.md', 'same\n'),
      file('gone.md', 'gone\n'),
      file('kept.md', 'kept\n'),
    ];
    const to = [
      file('a.md', 'b\n'),
      file('new.md', 'same\n'),
      file('came.md', 'came\n'),
      file('kept.md', 'kept\n'),
    ];
    expect(diffEntries(from, to)).toMatchObject([
      {
        path: 'a.md',
        change: 'changed',
        diff: '--- a/a.md\n+++ b/a.md\n@@ -1,1 +1,1 @@\n-a\n+b\n',
        without: null,
      },
      { path: 'came.md', change: 'added', before: null, after: { bytes: 5, executable: false } },
      { path: 'gone.md', change: 'removed', after: null },
      { path: 'new.md', change: 'renamed', previousPath: 'old.md', diff: null, without: 'same-content' },
    ]);
  });

  it('sees that a file was made executable', () => {
    expect(diffEntries([file('run', 'x')], [file('run', 'x', true)])).toMatchObject([
      {
        change: 'changed',
        before: { executable: false },
        after: { executable: true },
        without: 'same-content',
      },
    ]);
  });

  it('says of bytes that they are no text', () => {
    const [from, to] = [[file('x.bin', Buffer.of(0, 1))], [file('x.bin', Buffer.of(0, 2))]];
    expect(diffEntries(from, to)).toMatchObject([{ diff: null, without: 'binary' }]);
  });

  it('gives up the text of what is too large, and of what comes when the room or the time is used up', () => {
    const long = 'line\n'.repeat(100);
    const to = [file('a.md', long), file('b.md', 'short\n'), file('c.md', long)];
    const withoutIn = (limits: Partial<typeof diffLimits>) =>
      diffEntries([], to, { ...diffLimits, ...limits }).map(({ without }) => without);
    expect(withoutIn({ fileBytes: 100 })).toEqual(['too-large', null, 'too-large']);
    expect(withoutIn({ diffBytes: 1000 })).toEqual([null, null, 'too-large']);
    expect(withoutIn({ ms: 0 })).toEqual(['too-large', 'too-large', 'too-large']);
  });

  it('ends in time for texts that have nothing in common', () => {
    const noise = (seed: number) => Array.from({ length: 40_000 }, (_, n) => (n * seed) % 99_991).join('\n');
    const started = performance.now();
    const [change] = diffEntries([file('a', noise(7919))], [file('a', noise(6007))], {
      ...diffLimits,
      ms: 300,
    });
    expect(change?.without).toBe('too-large');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('applied to the older text gives the newer one', () => {
    const text = array(constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'));
    assert(
      property(text, text, (before, after) => {
        const [change] = diffEntries([file('x', before)], [file('x', after)]);
        expect(change === undefined ? before : applyPatch(before, change.diff ?? '')).toBe(after);
      }),
    );
  });

  it('of a bundle with itself is nothing', () => {
    assert(
      property(array(string()), (contents) => {
        const entries = contents.map((content, index) => file(`f${index}`, content));
        expect(diffEntries(entries, entries)).toEqual([]);
      }),
    );
  });
});
