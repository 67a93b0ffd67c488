import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root, run, step } from './step.mjs';

const packages = async (file) => JSON.parse(await readFile(root + file, 'utf8')).packages;

/** Whether what is installed differs from the lock file; packages for other platforms do not count. */
async function dependenciesAreStale() {
  const wanted = await packages('package-lock.json');
  const installed = await packages('node_modules/.package-lock.json').catch(() => ({}));
  return Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  );
}

/** Native modules are compiled with the headers that came with Node where there are any, instead of fetched ones. */
function useHeadersOfNode() {
  const prefix = join(dirname(process.execPath), '..');
  if (existsSync(join(prefix, 'include/node/node.h'))) process.env.npm_config_nodedir ??= prefix;
}

/** Installs what the lock file names if it is not there yet; one failure, such as a lost connection, is retried. */
export async function ensureDependencies() {
  if (!(await dependenciesAreStale())) return;
  useHeadersOfNode();
  const install = () => step('Installing dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  let result = await install();
  if (result.code !== 0) {
    console.log('Installing dependencies failed, trying once more');
    result = await install();
  }
  if (result.code !== 0) throw new Error(`npm ci failed:\n${result.output}`);
}

export { build as ensureBuild } from './build.mjs';
