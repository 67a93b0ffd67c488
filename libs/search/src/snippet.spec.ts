import fc from 'fast-check';
import { snippetOf } from './snippet';
import { stem } from './stem';

const stems = (...words: string[]) => new Set(words.map(stem));

describe('a snippet', () => {
  it('comes from the field that holds most of the words, and says where they are', () => {
    const { snippet, matched } = snippetOf(
      [
        { field: 'description', text: 'Deploys a service.' },
        { field: 'body', text: 'First deploy to staging, then roll back.' },
      ],
      stems('deployment', 'staging'),
    );
    expect(snippet.field).toBe('body');
    expect(snippet.highlights.map(([a, b]) => snippet.text.slice(a, b))).toEqual(['deploy', 'staging']);
    expect(matched).toEqual(['description', 'body']);
  });

  it('of a long text is the part with the words', () => {
    const text = `${'nothing here '.repeat(80)}the needle is here ${'nothing there '.repeat(80)}`;
    const { snippet } = snippetOf([{ field: 'body', text }], stems('needle'));
    expect(snippet.text.length).toBeLessThan(260);
    expect(snippet.text).toMatch(/^… .*the needle is here.* …$/);
    expect(snippet.highlights.map(([a, b]) => snippet.text.slice(a, b))).toEqual(['needle']);
  });

  it('is the beginning of the first field where no word is found', () => {
    expect(snippetOf([{ field: 'description', text: '  A text.' }], stems('x')).snippet).toEqual({
      ...{ field: 'description', text: 'A text.', highlights: [] },
    });
  });

  it('holds the text as it is: markup stays text, and marks stay apart and inside, for any text', () => {
    const piece = fc.oneof(
      fc.constant('needle'),
      fc.constant('<b>'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => {
        const { snippet } = snippetOf([{ field: 'body', text: pieces.join(' ') }], stems('needle'));
        let last = 0;
        for (const [start, end] of snippet.highlights) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(snippet.text.slice(start, end).toLowerCase()).toContain('needle');
          last = end;
        }
        expect(Buffer.from(snippet.text).toString()).toBe(snippet.text);
      }),
    );
  });
});
