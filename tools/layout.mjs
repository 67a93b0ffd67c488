import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { root } from './step.mjs';

/** What the other checks take for granted: tags on every project, a page for every lib, names that can be guessed. */

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const EMPTY_NAMES = ['common', 'constants', 'dto', 'helpers', 'interfaces', 'mappers', 'shared', 'utils'];

const problems = [];

async function checkProject(folder) {
  if (folder.startsWith('libs/') && !existsSync(`${root}${folder}/README.md`))
    problems.push(`${folder}: no README.md`);
  const file = `${folder}/project.json`;
  const { tags = [] } = JSON.parse(await readFile(root + file, 'utf8').catch(() => '{}'));
  for (const kind of ['type:', 'scope:']) {
    const count = tags.filter((tag) => tag.startsWith(kind)).length;
    if (count !== 1) problems.push(`${file}: needs exactly one tag "${kind}…", has ${count}`);
  }
}

function checkName(path) {
  const name = basename(path);
  if (name !== 'README.md' && !KEBAB_CASE.test(name)) problems.push(`${path}: name is not kebab-case`);
  const empty = path.split('/').find((part) => EMPTY_NAMES.includes(part));
  if (empty) problems.push(`${path}: the name "${empty}" does not say what is inside`);
  if (path.startsWith('apps/') && name === 'index.ts') problems.push(`${path}: apps have no barrels`);
}

for (const group of ['apps', 'libs']) {
  for (const entry of await readdir(root + group, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await checkProject(`${group}/${entry.name}`);
    const inside = await readdir(`${root}${group}/${entry.name}`, { recursive: true });
    for (const path of inside.filter((file) => /^src\//.test(file)))
      checkName(`${group}/${entry.name}/${path}`);
  }
}

for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
