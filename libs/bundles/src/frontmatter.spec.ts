import { cpuClock } from './cpu.fixtures';
import { codeOf, problemOf } from './archives.fixtures';
import { parseSkillMd } from './manifest';
import { BundleProblem } from './problem';

const md = (yaml: string): string => `---\n${yaml}\n---\nbody\n`;

async function refusal(text: string): Promise<[string, string | undefined]> {
  const spent = cpuClock();
  const { code, pointer } = await problemOf(() => parseSkillMd(text));
  expect(spent()).toBeLessThan(1000);
  return [code, pointer];
}

beforeAll(() => {
  // The first call pays for loading and compiling.
  parseSkillMd(md('description: warm'));
});

describe('BND-08: frontmatter that is refused, in less than 100 ms', () => {
  it.each([
    ['an alias', 'description: x\na: &a [1]\nb: *a'],
    ['an alias bomb', `description: x\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]`],
    ['a custom tag', 'description: x\na: !!js/function "return 1"'],
    ['a local tag', 'description: x\na: !thing 1'],
    ['a binary tag', 'description: x\na: !!binary aGk='],
    ['a directive', '%YAML 1.1\ndescription: x'],
    ['a duplicate key', 'description: x\ndescription: y'],
    ['a duplicate key below', 'description: x\na: {b: 1, b: 2}'],
    ['a list', '- description'],
    ['a bare text', 'description'],
    ['nothing', ''],
    ['a tab as indentation', 'description: x\na:\n\tb: 1'],
    ['a key that is no text', 'description: x\n? [a]\n: b'],
    ['an open list', 'description: x\na: [1'],
    ['60 KiB of open brackets', `a: ${'['.repeat(60_000)}`],
    ['60 KiB of open braces', 'a: {'.repeat(15_000)],
    ['60 KiB of list marks', '- '.repeat(30_000)],
    ['60 KiB of key marks', '? '.repeat(30_000)],
    ['60 KiB of anchors', '&a '.repeat(20_000)],
    ['60 KiB of tags', '!a '.repeat(20_000)],
    ['60 KiB of nested keys', 'a: '.repeat(20_000)],
    ['5,000 keys', Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['9,000 items', `a: [${'1,'.repeat(9000)}]`],
    ['40 levels by indentation', Array.from({ length: 40 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('%s', async (_what, yaml) => {
    expect((await refusal(md(yaml)))[0]).toBe('frontmatter-invalid');
  });

  it('a tag before a description, which no quotes are put around, and the tag is named', async () => {
    const problem = await problemOf(() => parseSkillMd(md('name: a\ndescription: !!js/function x')));
    expect(problem).toMatchObject({
      ...{ code: 'frontmatter-invalid' },
      message: expect.stringContaining('Line 3 has a tag (!!js/function)'),
    });
  });

  it.each([
    ['__proto__', '__proto__: {a: 1}', '/__proto__'],
    ['constructor', 'a: [{constructor: 1}]', '/a/0/constructor'],
    ['a number beyond what JSON keeps', 'a: 12345678901234567890', '/a'],
    ['infinity', 'a: .inf', '/a'],
    ['not a number', 'a: .nan', '/a'],
  ])('%s, and the key is named', async (_what, yaml, pointer) => {
    expect(await refusal(md(`description: x\n${yaml}`))).toEqual(['frontmatter-invalid', pointer]);
  });

  it.each([
    ['name: [a]', 'name-invalid', '/name'],
    ['name: 12', 'name-invalid', '/name'],
    ['name: ""', 'name-invalid', '/name'],
    ['version: 1.0', 'version-invalid', '/version'],
    ['version: "v1.0.0"', 'version-invalid', '/version'],
    ['tags: {a: b}', 'tags-invalid', '/tags'],
    ['tags: [a, [b]]', 'tags-invalid', '/tags/1'],
    ['requires: a', 'requires-invalid', '/requires'],
    ['requires: [a, Bad_Slug]', 'requires-invalid', '/requires/1'],
    ['requires: ["a@not a range"]', 'requires-invalid', '/requires/0'],
    ['requires: [a, a@1.0.0]', 'requires-invalid', '/requires'],
    ['license: {a: b}', 'frontmatter-invalid', '/license'],
  ])('%s, and the field is named', async (line, code, pointer) => {
    expect(await refusal(md(`description: x\n${line}`))).toEqual([code, pointer]);
  });

  it.each([
    ['description: 2024-01-01', 'description-invalid'],
    ['description: [x]', 'description-invalid'],
    ['description: 12', 'description-invalid'],
    ['description: true', 'description-invalid'],
    ['description:', 'description-missing'],
    ['description: "  "', 'description-missing'],
    ['other: x', 'description-missing'],
    [`description: ${'é'.repeat(1537)}`, 'description-too-long'],
  ])('%.40s, and the description is named', async (line, code) => {
    expect(await refusal(md(line))).toEqual([code, '/description']);
  });

  it('a missing fence at either end', async () => {
    expect(await refusal('description: x\n')).toEqual(['frontmatter-missing', undefined]);
    expect(await refusal('')).toEqual(['frontmatter-missing', undefined]);
    expect(await refusal('\n---\ndescription: x\n---\n')).toEqual(['frontmatter-missing', undefined]);
    expect(await refusal('---\ndescription: x\n')).toEqual(['frontmatter-unclosed', undefined]);
  });

  it('10 MiB, closed or not', async () => {
    const long = 'a: b\n'.repeat(2 * 1024 * 1024);
    expect(await refusal(`---\n${long}---\n`)).toEqual(['frontmatter-too-large', undefined]);
    expect(await refusal(`---\n${long}`)).toEqual(['frontmatter-too-large', undefined]);
  });

  it('names the line of the file', async () => {
    const { detail } = await problemOf(() => parseSkillMd(md('description: x\na: 1\na: 2')));
    expect(detail).toMatch(/^Line 4: /);
    const alias = await problemOf(() => parseSkillMd(md('description: x\n\na: *b')));
    expect(alias.detail).toMatch(/^Line 4 has an alias/);
  });
});

describe('BND-08: frontmatter that is read', () => {
  it('with a byte order mark and CRLF, which are normalised', () => {
    const manifest = parseSkillMd('\uFEFF---\r\nname: a\r\ndescription: x\r\n---\r\n# A\r\nb\r\n');
    expect(manifest).toMatchObject({ name: 'a', description: 'x', body: '# A\nb\n', bodyLine: 5 });
  });

  it('with every field that Loam knows and others kept as written', () => {
    const yaml = [
      'name: my-skill',
      'description: >',
      '  Two',
      '  lines.',
      'when_to_use: often',
      'tags: [a, b, a]',
      'requires: [other, "third@^1.2", "fourth@"]',
      'version: 1.2.3-rc.1',
      'model: opus',
      'norway: no',
      'metadata: {internal: true, list: [1, 2.5, null]}',
    ].join('\n');
    expect(parseSkillMd(md(yaml))).toEqual({
      frontmatter: expect.objectContaining({
        model: 'opus',
        norway: 'no',
        metadata: { internal: true, list: [1, 2.5, null] },
      }),
      name: 'my-skill',
      description: 'Two lines.',
      whenToUse: 'often',
      tags: ['a', 'b'],
      requires: [
        { slug: 'other', range: '*' },
        { slug: 'third', range: '^1.2' },
        { slug: 'fourth', range: '*' },
      ],
      version: '1.2.3-rc.1',
      body: 'body\n',
      bodyLine: 14,
      nestedSkills: [],
    });
  });

  it('with tags in one comma-separated text, and with empty fields', () => {
    expect(parseSkillMd(md('description: x\ntags: "a, b,,c "')).tags).toEqual(['a', 'b', 'c']);
    const empty = parseSkillMd(md('description: x\nname:\ntags:\nrequires:\nversion:'));
    expect(empty).toMatchObject({ tags: [], requires: [] });
    expect(empty.name).toBeUndefined();
  });

  it.each([
    ['a colon', 'Use when: things break'],
    ['a comment mark behind a colon', 'Note: #1 choice'],
    ['a bracket in front', '[beta] Does it'],
    ['an at sign in front', '@mentions people'],
    ['a star in front', '*Always* use it: yes'],
  ])('with an unquoted description that has %s, by the lenient profile only', async (_what, description) => {
    const text = md(`name: a\ndescription: ${description}`);
    expect(parseSkillMd(text).description).toBe(description);
    expect(await codeOf(() => parseSkillMd(text, { profile: 'spec-strict' }))).toBe('frontmatter-invalid');
  });

  it('BND-07: with hidden characters in a description, but not in a name', async () => {
    expect(parseSkillMd(md('description: a\u202eb')).description).toBe('a\u202eb');
    expect(await codeOf(() => parseSkillMd(md('description: x\nname: a\u200bb')))).toBe('name-invalid');
  });

  it('counts characters and not bytes', () => {
    expect([...parseSkillMd(md(`description: ${'😀'.repeat(1536)}`)).description]).toHaveLength(1536);
  });
});

describe('the stricter profiles', () => {
  const strict =
    (yaml: string, profile: 'spec-strict' | 'anthropic' = 'spec-strict') =>
    () =>
      parseSkillMd(md(yaml), { profile });

  it('accept the keys of the specification', () => {
    const yaml =
      'name: a-b\ndescription: x\nlicense: MIT\ncompatibility: any\nmetadata: {a: b}\nallowed-tools: Read';
    expect(strict(yaml)().name).toBe('a-b');
    expect(strict(yaml, 'anthropic')().name).toBe('a-b');
  });

  it.each([
    ['description: x', 'name-missing'],
    ['name: A\ndescription: x', 'name-invalid'],
    ['name: a--b\ndescription: x', 'name-invalid'],
    ['name: a', 'description-missing'],
    [`name: a\ndescription: ${'x'.repeat(1025)}`, 'description-too-long'],
    ['name: a\ndescription: x\nmodel: opus', 'frontmatter-invalid'],
    ['name: a\ndescription: x\nmetadata: {a: [b]}', 'frontmatter-invalid'],
  ])('refuse %.40j', async (yaml, code) => {
    expect(await codeOf(strict(yaml))).toBe(code);
  });

  it('differ in angle brackets', async () => {
    expect(strict('name: a\ndescription: "<b>"')().description).toBe('<b>');
    expect(await codeOf(strict('name: a\ndescription: "<b>"', 'anthropic'))).toBe('description-invalid');
  });
});

describe('a derived description', () => {
  const derive = (text: string) => parseSkillMd(text, { deriveDescription: true });

  it('is heading and first sentence, without code, lists and emphasis', () => {
    const text =
      '```sh\n# not this\n```\n# Run **tests**\n\n- a list\n\nRuns the `suite`\nin order. Then more.\n';
    expect(derive(text)).toMatchObject({
      description: 'Run tests: Runs the suite in order.',
      descriptionDerived: true,
    });
  });

  it('gives way to one that is written, and needs something to derive from', async () => {
    expect(derive('---\ndescription: own\n---\n# H\n')).toMatchObject({ description: 'own' });
    expect(derive('---\ndescription: own\n---\n# H\n').descriptionDerived).toBeUndefined();
    expect(derive('---\nmodel: opus\n---\n# H\n')).toMatchObject({
      description: 'H',
      descriptionDerived: true,
    });
    expect(await codeOf(() => derive('\n\n'))).toBe('description-missing');
  });
});

it('a problem reads as one line in a log', () => {
  const problem = new BundleProblem('name-invalid', 'name must be text.', '/name');
  expect(String(problem)).toBe('BundleProblem: /name: name must be text.');
});

it.each(['"a\\0b"', '"a\\uD800b"'])(
  'BND-08: refuses the description %s, which no database stores',
  async (text) => {
    expect(await refusal(md(`description: ${text}`))).toEqual(['frontmatter-invalid', '/description']);
  },
);
