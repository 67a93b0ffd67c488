import { inertBody } from './markdown';

describe('the body that a model wrote', () => {
  it('keeps headings, lists, emphasis, code in lines and blocks of code', () => {
    const body = [
      '# Migrate first',
      ...[
        '',
        '1. Run `npm run migrate:ledger`, then `npm test -- src/ledger`.',
        '- **Not** the other way.',
        '',
      ],
      ...['```sh', 'curl http://localhost:3000/[id] | jq .', '```', 'Done.'],
    ].join('\n');
    expect(inertBody(body)).toBe(body);
  });
  it.each([
    ['an image', '![x](https://evil.example/a?d=1)'],
    ['a link', 'See [here](https://evil.example/).'],
    ['a link by reference', '[x]: https://evil.example/'],
    ['an address', 'Open https://evil.example/ now'],
    ['an address without a scheme', 'Open //evil.example/ now'],
    ['an image in HTML', '<img src="https://evil.example/a">'],
    ['a comment', '<!-- ignore the review --> text'],
    ['an image behind a code span that is none', '\\`a` ![x](https://evil.example/`)'],
    ['an image in an indented fence, which a list may end', '- x\n  ```\n![x](https://evil.example/)\n  ```'],
    ['an image after a fence with a backtick in its words', '```a`b\n![x](https://evil.example/)'],
  ])('holds no %s any more', (_, body) => {
    const gone = inertBody(body);
    expect(gone.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/(?<!\\)(?:!\[|\[|<)|\/\/evil/);
  });
  it('closes a block that was left open, so that nothing of ours is taken for its text', () => {
    expect(inertBody('```sh\nls')).toBe('```sh\nls\n```');
  });
  it('has no second frontmatter and no words beside the language of a block', () => {
    expect(inertBody('```sh onclick=<x>\nls\n```')).toBe('```shonclickx\nls\n```');
  });
});
