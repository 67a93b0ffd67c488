import { cpuClock } from './cpu.fixtures';
import { deriveDescription } from './derive-description';
import { splitFrontmatter } from './frontmatter';
import { parseSkillMd } from './manifest';
import { foldName, hasHiddenCharacters, printable } from './path';
import { BundleProblem } from './problem';
import { isRange, isSlug, isVersion, parseRequirement } from './requirement';

const MiB = 1024 * 1024;
const units = [
  'a',
  '-',
  'a-',
  ' ',
  '\n',
  '\n---',
  '\n--- ',
  '\r\n',
  '#',
  '# ',
  '. ',
  '1.',
  '>=1 ',
  ': ',
  '\u0000',
  '`',
  '**',
  '\u200b',
  'ß',
];

/** A refusal is as good an outcome as a value here. */
function settle(rule: () => unknown): void {
  try {
    rule();
  } catch (error) {
    expect(error).toBeInstanceOf(BundleProblem);
  }
}

const rules: [string, (text: string) => unknown][] = [
  ['slugs', isSlug],
  ['versions', isVersion],
  ['ranges', isRange],
  ['requirements', parseRequirement],
  ['hidden characters', hasHiddenCharacters],
  ['printable names', printable],
  ['folded names', foldName],
  ['fences', (text) => splitFrontmatter(text)],
  ['derived descriptions', (text) => deriveDescription(text, 1024)],
  ['whole texts', (text) => parseSkillMd(`---\ndescription: x\n---\n${text}`)],
  ['derived texts', (text) => parseSkillMd(`# x\n${text}`, { deriveDescription: true })],
];

describe('BND-12: no rule takes more than 500 ms for 1 MiB of any repeated text', () => {
  it.each(rules)('%s', (_what, rule) => {
    for (const unit of units) {
      const text = unit.repeat(MiB / unit.length);
      for (const input of [text, `a${text}!`, `---\n`.concat('a: b\n---', text.slice(0, 1000), text)]) {
        const spent = cpuClock();
        settle(() => rule(input));
        expect(spent()).toBeLessThan(5000);
      }
    }
  });

  it('the lenient second reading', () => {
    for (const unit of [' ', '\t', ': ', 'description: ', 'description:\n', '\n', 'a']) {
      const text = `---\na: [\ndescription: ${unit.repeat(60_000 / unit.length)}\n---\n`;
      const spent = cpuClock();
      expect(() => parseSkillMd(text)).toThrow();
      expect(spent()).toBeLessThan(5000);
    }
  });
});
