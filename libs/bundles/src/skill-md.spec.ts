import { codeOf, problemOf, rawTarGz, rawZip, SKILL, tarGz, zip } from './archives.fixtures';
import { readBundle } from './bundle';
import { wrapMarkdown } from './entry';
import { writeTarGz } from './write-archive';

describe('BND-09: SKILL.md', () => {
  it('missing is refused', async () => {
    const problem = await problemOf(readBundle(rawTarGz({ name: 'README.md', content: SKILL })));
    expect([problem.code, problem.title]).toEqual([
      'skill-md-missing',
      'There is no SKILL.md at the root of the bundle',
    ]);
  });

  it('only below the root is refused, and the place is named', async () => {
    const problem = await problemOf(readBundle(rawTarGz({ name: 'my-skill/SKILL.md', content: SKILL })));
    expect([problem.code, problem.pointer]).toEqual(['skill-md-missing', 'my-skill/SKILL.md']);
  });

  it('in the wrong case is refused', async () => {
    const problem = await problemOf(readBundle(rawTarGz({ name: 'Skill.md', content: SKILL })));
    expect([problem.code, problem.pointer]).toEqual(['skill-md-wrong-case', 'Skill.md']);
  });

  it('twice at the root is refused', async () => {
    expect(await codeOf(readBundle(tarGz({ name: 'skill.md', content: SKILL })))).toBe('skill-md-ambiguous');
    expect(await codeOf(readBundle(zip({ name: 'skill.md', content: SKILL })))).toBe('skill-md-ambiguous');
    expect(await codeOf(readBundle(tarGz({ name: './SKILL.md', content: SKILL })))).toBe(
      'bundle-duplicate-name',
    );
  });

  it('below the root is allowed and listed', async () => {
    const nested = ['skills/b/SKILL.md', 'skills/a/SKILL.md'].map((name) => ({ name, content: SKILL }));
    const { manifest } = await readBundle(tarGz(...nested, { name: 'skills/OTHER.md' }));
    expect(manifest.nestedSkills).toEqual(['skills/a/SKILL.md', 'skills/b/SKILL.md']);
  });

  it('that is not UTF-8 text is refused', async () => {
    const content = Buffer.concat([Buffer.from(SKILL), Buffer.from([0xff])]);
    expect(await codeOf(readBundle(rawZip([{ name: 'SKILL.md', content }])))).toBe('skill-md-encoding');
    expect(await codeOf(readBundle(rawZip([{ name: 'SKILL.md', content: `${SKILL}\0` }])))).toBe(
      'skill-md-encoding',
    );
  });

  it('may be a bare command without frontmatter, whose description is then derived', async () => {
    const archive = await writeTarGz(wrapMarkdown('# Tidy up\n\nRemove dead code. Then stop.\n'));
    expect(await codeOf(readBundle(archive))).toBe('frontmatter-missing');
    const { manifest } = await readBundle(archive, { deriveDescription: true });
    expect([manifest.description, manifest.descriptionDerived]).toEqual(['Tidy up: Remove dead code.', true]);
  });
});
