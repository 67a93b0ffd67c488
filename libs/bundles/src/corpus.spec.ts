import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { assembleBundle, readBundle } from './bundle';
import { parseSkillMd } from './manifest';
import { writeTarGz, writeZip } from './write-archive';

const root = resolve(__dirname, '../../..');
const candidates = [process.env['LOAM_CORPUS'], resolve(root, '../shared/corpus')];
const corpus =
  candidates.find((folder) => folder !== undefined && existsSync(folder)) ?? join(root, 'samples');

const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile())
  .map((item) => relative(corpus, join(item.parentPath, item.name)));
const texts = (pattern: RegExp) => files.filter((path) => pattern.test(path));

function bundleOf(skillMd: string) {
  const folder = dirname(skillMd);
  const members = files.filter((path) => path.startsWith(`${folder}/`));
  return members.map((path) => ({
    path: relative(folder, path),
    bytes: readFileSync(join(corpus, path)),
    executable: false,
  }));
}

describe(`the corpus in ${relative(root, corpus)}`, () => {
  it('has skills, agents and commands', () => {
    const kinds = [/(^|\/)SKILL\.md$/, /(^|\/)agents\/[^/]+\.md$/, /(^|\/)commands\/[^/]+\.md$/];
    const counts = kinds.map((pattern) => texts(pattern).length);
    process.stdout.write(`corpus ${corpus} (skills, agents, commands): ${counts.join(', ')}\n`);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('has skills that all become bundles and survive both archives', async () => {
    for (const skillMd of texts(/(^|\/)SKILL\.md$/)) {
      const bundle = assembleBundle(bundleOf(skillMd));
      expect(bundle.manifest.description).not.toBe('');
      const [tar, zip] = [await writeTarGz(bundle.entries), await writeZip(bundle.entries)];
      expect((await readBundle(tar)).fingerprint).toBe(bundle.fingerprint);
      expect((await readBundle(zip)).fingerprint).toBe(bundle.fingerprint);
    }
  });

  it('has agents and commands that all read as a SKILL.md', () => {
    for (const path of texts(/(^|\/)(agents|commands)\/[^/]+\.md$/)) {
      const manifest = parseSkillMd(readFileSync(join(corpus, path), 'utf8'), { deriveDescription: true });
      expect(manifest.description).not.toBe('');
    }
  });
});
