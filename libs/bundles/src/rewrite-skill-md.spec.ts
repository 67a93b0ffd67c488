import { assert, array, option, property, record, string } from 'fast-check';
import { BundleProblem, parseSkillMd, rewriteBundle, rewriteSkillMd, wrapMarkdown } from './index';

const skillMd = (frontmatter: string): string => `---\n${frontmatter}---\n# Title\n\nBody.\n`;
const plain = skillMd('name: a # its name\ndescription: What it does.\nrequires:\n  - b@^1\n');

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof BundleProblem ? error.code : String(error);
  }
}

describe('rewriting a SKILL.md', () => {
  it('gives the same text back where it says so already', () => {
    const changes = { name: 'a', description: 'What it does.', whenToUse: null, tags: [], version: '1.0.0' };
    expect(rewriteSkillMd(plain, changes)).toBe(plain);
    expect(rewriteSkillMd(plain, {})).toBe(plain);
  });

  it('changes what is asked for and keeps the other keys, their comments and the body', () => {
    const changed = rewriteSkillMd(plain, { description: 'New: better.', tags: ['x', 'y'] });
    expect(changed).toContain('name: a # its name\n');
    expect(parseSkillMd(changed)).toMatchObject({
      ...{ name: 'a', description: 'New: better.', tags: ['x', 'y'], body: '# Title\n\nBody.\n' },
      requires: [{ slug: 'b', range: '^1' }],
    });
  });

  it('takes a key away that is to say nothing', () => {
    const text = skillMd('description: d\nwhen_to_use: Often.\ntags: [x]\n');
    expect(rewriteSkillMd(text, { whenToUse: '', tags: [] })).toBe(skillMd('description: d\n'));
  });

  it('names another version only where it names one', () => {
    expect(rewriteSkillMd(plain, { version: '2.0.0' })).toBe(plain);
    const text = skillMd('description: d\nversion: 1.0.0\n');
    expect(rewriteSkillMd(text, { version: '2.0.0' })).toBe(skillMd('description: d\nversion: 2.0.0\n'));
  });

  it('reads what people leave unquoted', () => {
    const text = skillMd('description: Use this: always\n');
    expect(parseSkillMd(rewriteSkillMd(text, { name: 'x' }))).toMatchObject({
      ...{ name: 'x', description: 'Use this: always' },
    });
  });

  it.each([
    ['description-missing', { description: '  ' }],
    ['description-too-long', { description: 'x'.repeat(1537) }],
    ['name-invalid', { name: 'x'.repeat(65) }],
    ['tags-invalid', { tags: [' '] }],
  ])('refuses what would not be valid any more: %s', (code, changes) => {
    const bundle = { entries: wrapMarkdown(plain) };
    expect(codeOf(() => rewriteBundle(bundle, { changes }))).toBe(code);
  });

  it('says afterwards what it was to say, whatever the texts', () => {
    const text = string({ minLength: 1, unit: 'grapheme' }).filter(
      (value) => value.trim() === value && value !== '',
    );
    const changes = record({ description: text, whenToUse: option(text), tags: array(text) });
    assert(
      property(changes, ({ description, whenToUse, tags }) => {
        const unique = [...new Set(tags)];
        const read = parseSkillMd(rewriteSkillMd(plain, { description, whenToUse, tags: unique }));
        expect(read).toMatchObject({ description, tags: unique, name: 'a', body: '# Title\n\nBody.\n' });
        expect(read.whenToUse).toBe(whenToUse ?? undefined);
      }),
    );
  });
});
