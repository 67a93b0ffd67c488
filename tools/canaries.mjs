import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gates, inParallel } from './gates.mjs';
import { root, run } from './step.mjs';

/**
 * A gate that cannot fail is worse than none. This plants the files of `tools/canaries/` in a small workspace with
 * the repository's own settings, runs every gate there by its usual command, and fails unless each says what the
 * first lines of the files demand:
 *
 *     // at: <the place of the file>
 *     // <gate> says: <part of a line that also names the place>
 *     // <gate> says nothing
 */

const SETTINGS = [
  ...['.dependency-cruiser.cjs', '.gitignore', '.prettierignore', '.prettierrc.json', 'eslint.config.mjs'],
  ...['knip.json', 'nx.json', 'package.json', 'package-lock.json', 'project.json'],
  ...['tsconfig.json', 'tsconfig.base.json', 'tools/layout.mjs', 'tools/step.mjs'],
];
const PROJECTS = {
  'apps/registry': ['type:service', 'scope:registry'],
  'apps/telemetry': ['type:service', 'scope:telemetry'],
  'apps/untagged': [],
  'libs/bundles': ['type:pure', 'scope:shared'],
  'libs/kernel': ['type:kernel', 'scope:shared'],
  'libs/messaging': ['type:adapter', 'scope:shared'],
  'libs/pages': ['type:adapter', 'scope:portal'],
  'libs/service': ['type:adapter', 'scope:shared'],
  'libs/testing': ['type:testing', 'scope:shared'],
};
const OF_PROJECTS = [
  { at: 'apps/untagged/project.json', gate: 'layout', text: 'needs exactly one tag "type:' },
  { at: 'libs/pages', gate: 'layout', text: 'no README.md' },
];

async function readCanaries() {
  const names = await readdir(`${root}tools/canaries`);
  return Promise.all(
    names.map(async (name) => {
      const source = await readFile(`${root}tools/canaries/${name}`, 'utf8');
      const at = /^\/\/ at: (.+)$/m.exec(source)?.[1];
      if (!at) throw new Error(`tools/canaries/${name} does not say where it belongs`);
      const demands = [...source.matchAll(/^\/\/ (\w+) says(?: nothing|: (.+))$/gm)];
      return { at, source, demands: demands.map(([, gate, text]) => ({ at, gate, text })) };
    }),
  );
}

async function plant(folder, canaries) {
  const put = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await mkdir(join(folder, 'tools'));
  await symlink(`${root}node_modules`, join(folder, 'node_modules'));
  await Promise.all(SETTINGS.map((file) => copyFile(root + file, join(folder, file))));
  for (const [path, tags] of Object.entries(PROJECTS)) {
    const [group, name] = path.split('/');
    const projectType = group === 'apps' ? 'application' : 'library';
    await put(`${path}/project.json`, JSON.stringify({ name, sourceRoot: `${path}/src`, projectType, tags }));
  }
  await Promise.all(canaries.map(({ at, source }) => put(at, source)));
}

/** What a gate says about the planted files, a line for each finding, the file's place in each line. */
async function listen(gate, folder) {
  const [command, ...args] = gates[gate];
  const program = command === 'node' ? process.execPath : join(folder, 'node_modules/.bin', command);
  if (gate !== 'lint') return (await run(program, args, { cwd: folder })).output.split('\n');
  const report = join(folder, 'lint.json');
  const { output } = await run(program, [...args, '--', '--format=json', `--output-file=${report}`], {
    cwd: folder,
  });
  const files = JSON.parse(await readFile(report, 'utf8').catch(() => '[]'));
  if (files.length === 0) return [output];
  return files.flatMap(({ filePath, messages }) => messages.map(({ message }) => `${filePath}: ${message}`));
}

function verdict({ at, gate, text }, lines) {
  const aboutIt = lines.filter((line) => line.includes(at));
  const right = text ? aboutIt.some((line) => line.includes(text)) : aboutIt.length === 0;
  console.log(`${right ? 'ok    ' : 'FAILED'}  ${gate.padEnd(7)} ${at}: ${text ?? 'nothing'}`);
  if (!right) console.log(aboutIt.length > 0 ? aboutIt.join('\n') : `        it said nothing`);
  return right;
}

const canaries = await readCanaries();
const folder = await mkdtemp(join(tmpdir(), 'loam-canaries-'));
try {
  await plant(folder, canaries);
  const names = Object.keys(gates);
  const heard = await inParallel(
    2,
    names.map((gate) => () => listen(gate, folder)),
  );
  const demands = [...canaries.flatMap((canary) => canary.demands), ...OF_PROJECTS];
  const verdicts = demands.map((demand) => verdict(demand, heard[names.indexOf(demand.gate)]));
  const silent = names.filter((name) => !demands.some(({ gate, text }) => gate === name && text));
  for (const name of silent) console.log(`FAILED  ${name}: no canary`);
  process.exitCode = verdicts.every(Boolean) && silent.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
