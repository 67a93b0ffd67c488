import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { isSlug } from '@loam/bundles';
import { cleanUp, markdown, tree } from '../cli.fixtures';
import { slugOf } from '../local/slug';
import { planImport, type Plan } from './plan';

afterAll(cleanUp);

const repository = resolve(__dirname, '../../../..');
const corpus =
  [process.env['LOAM_CORPUS'], resolve(repository, '../shared/corpus')].find(
    (folder) => folder !== undefined && existsSync(folder),
  ) ?? join(repository, 'samples');

const skill = (name: string, description = `What ${name} does.`) => markdown({ name, description });
const plugin = (name: string, version?: string) => JSON.stringify({ name, version });
const lines = ({ items }: Plan): string[] =>
  items.map(({ kind, slug, version, path }) => `${kind} ${slug} ${version} ${path}`).sort();

describe(`the plan for the corpus in ${corpus}`, () => {
  it('refuses nothing and counts every file once', async () => {
    const { items, refused } = await planImport(corpus);
    expect(refused).toEqual([]);
    expect(new Set(items.map(({ kind, slug }) => `${kind} ${slug}`)).size).toBe(items.length);
    expect(items.every(({ slug }) => isSlug(slug))).toBe(true);
    const places = ['skill', 'agent', 'command'].map((kind) =>
      items.filter((each) => each.kind === kind).reduce((sum, each) => sum + 1 + each.repeats.length, 0),
    );
    process.stdout.write(`import plan of ${corpus} (skills, agents, commands): ${places.join(', ')}\n`);
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  it('is the same every time', async () => {
    expect(await planImport(corpus)).toEqual(await planImport(corpus));
  });
});

describe('what is found', () => {
  it('is skill folders, agents and commands, at any depth', async () => {
    const root = await tree({
      'a/skills/one/SKILL.md': skill('one'),
      'a/skills/one/agents/helper.md': 'belongs to the skill',
      'a/skills/one/nested/SKILL.md': skill('nested'),
      '.claude/agents/two.md': markdown({ name: 'two', description: 'Second.' }),
      'b/c/commands/three.md': '# Three\n\nDoes three things.\n',
      'b/c/commands/group/four.md': '# Four\n\nDoes four things.\n',
      'b/c/commands/README.md': 'About these commands.',
      'docs/page.md': '# A page',
      'node_modules/x/SKILL.md': skill('dependency'),
    });
    expect(lines(await planImport(root))).toEqual([
      'agent two 1.0.0 .claude/agents/two.md',
      'command four 1.0.0 b/c/commands/group/four.md',
      'command three 1.0.0 b/c/commands/three.md',
      'skill one 1.0.0 a/skills/one',
    ]);
  });

  it('has the version of its frontmatter, else of its plugin, else 1.0.0', async () => {
    const root = await tree({
      'p/.claude-plugin/plugin.json': plugin('p', '2.1'),
      'p/skills/own/SKILL.md': markdown({ name: 'own', description: 'd', version: '3.0.0' }),
      'p/skills/of-plugin/SKILL.md': skill('of-plugin'),
      'q/.claude-plugin/plugin.json': '{ broken',
      'q/skills/none/SKILL.md': skill('none'),
    });
    expect(lines(await planImport(root))).toEqual([
      'skill none 1.0.0 q/skills/none',
      'skill of-plugin 2.1.0 p/skills/of-plugin',
      'skill own 3.0.0 p/skills/own',
    ]);
  });

  it('is called by its name as a slug, else by its file or folder', async () => {
    const root = await tree({
      'skills/x/SKILL.md': skill('Émile’s Tools!'),
      'skills/y/SKILL.md': markdown({ name: '"日本語"', description: 'd' }),
      'commands/Do It.md': '# Do it\n\nNow.\n',
    });
    const slugs = (await planImport(root)).items.map(({ slug }) => slug);
    expect(slugs.sort()).toEqual(['do-it', 'emile-s-tools', 'y']);
  });

  it('is told with a reason where it cannot be published', async () => {
    const root = await tree({
      'skills/bad/SKILL.md': 'no frontmatter',
      'skills/small/skill.md': skill('small'),
      'skills/linked/SKILL.md': skill('linked'),
      'skills/good/SKILL.md': skill('good'),
    });
    await symlink('/etc/hostname', join(root, 'skills/linked/leak.txt'));
    const { items, refused } = await planImport(root);
    expect(items.map(({ slug }) => slug)).toEqual(['good']);
    expect(refused.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'skills/bad frontmatter-missing',
      'skills/linked bundle-link',
      'skills/small skill-md-wrong-case',
    ]);
  });
});

describe('names that several sources give', () => {
  it('get the plugin in front for each, where contents differ', async () => {
    const root = await tree({
      'p/.claude-plugin/plugin.json': plugin('p'),
      'p/agents/judge.md': skill('judge', 'One judge.'),
      'q/.claude-plugin/plugin.json': plugin('q'),
      'q/agents/judge.md': skill('judge', 'Another judge.'),
      'r/skills/judge/SKILL.md': skill('judge', 'A skill may have the name of an agent.'),
    });
    expect(lines(await planImport(root))).toEqual([
      'agent p-judge 1.0.0 p/agents/judge.md',
      'agent q-judge 1.0.0 q/agents/judge.md',
      'skill judge 1.0.0 r/skills/judge',
    ]);
  });

  it('are one item where contents are the same, under the highest version', async () => {
    const root = await tree({
      'p/.claude-plugin/plugin.json': plugin('p', '1.2.0'),
      'p/commands/go.md': '# Go\n\nGo.\n',
      'q/.claude-plugin/plugin.json': plugin('q', '1.10.0'),
      'q/commands/go.md': '# Go\n\nGo.\n',
    });
    const plan = await planImport(root);
    expect(lines(plan)).toEqual(['command go 1.10.0 q/commands/go.md']);
    expect(plan.items[0]?.repeats).toEqual(['p/commands/go.md']);
  });

  it('are told apart by their folders outside plugins, and refused where nothing tells them apart', async () => {
    const root = await tree({
      'team-a/skills/x/SKILL.md': skill('x', 'a'),
      'team-b/skills/x/SKILL.md': skill('x', 'b'),
      'team-b/skills/y/SKILL.md': skill('x', 'c'),
    });
    const plan = await planImport(root);
    expect(lines(plan)).toEqual([
      'skill team-a-x 1.0.0 team-a/skills/x',
      'skill team-b-x 1.0.0 team-b/skills/x',
    ]);
    expect(plan.refused).toMatchObject([{ path: 'team-b/skills/y', code: 'name-taken' }]);
  });
});

describe('a slug made of a name', () => {
  it('is always valid, and tells long names apart', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => isSlug(slugOf(name) ?? 'none')));
    const long = 'a-long-name-'.repeat(9);
    expect(slugOf(`${long}one`)).not.toBe(slugOf(`${long}two`));
  });
});
