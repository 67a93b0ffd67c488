import { readFile } from 'node:fs/promises';
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

/** Installs what the lock file names if it is not there yet; one failure, such as a lost connection, is retried. */
export async function ensureDependencies() {
  if (!(await dependenciesAreStale())) return;
  const install = () => step('Installing dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  let result = await install();
  if (result.code !== 0) {
    console.log('Installing dependencies failed, trying once more');
    result = await install();
  }
  if (result.code !== 0) throw new Error(`npm ci failed:\n${result.output}`);
}

export { build as ensureBuild } from './build.mjs';
