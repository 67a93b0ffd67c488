import { isText, mediaTypeOf } from './media-type';

it('tells what a file is by its name, else by its bytes', () => {
  const text = Buffer.from('text');
  expect(mediaTypeOf('SKILL.md', text)).toBe('text/markdown');
  expect(mediaTypeOf('a/b/LOGO.SVG', text)).toBe('image/svg+xml');
  expect(mediaTypeOf('scripts/run', text)).toBe('text/plain');
  expect(mediaTypeOf('md', text)).toBe('text/plain');
  expect(mediaTypeOf('data.constructor', Buffer.of(0, 1))).toBe('application/octet-stream');
});

it('takes for text what is UTF-8 without NUL', () => {
  expect([isText(Buffer.from('é')), isText(Buffer.of(0xe9)), isText(Buffer.of(65, 0))]).toEqual([
    ...[true, false, false],
  ]);
});
