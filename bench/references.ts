import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './root';
import { NotInstalled } from './scenario';

const DECLARED = join(ROOT, 'bench/references');
const INSTALLED = join(ROOT, 'tmp/references');

const contentOf = (folder: string): Promise<string> =>
  readFile(join(folder, 'package-lock.json'), 'utf8').catch(() => '');

/**
 * The folder in which what is compared with is installed, from its lock file, the first time and after it has changed.
 * @throws NotInstalled
 */
export async function installReferences(): Promise<string> {
  if ((await contentOf(INSTALLED)) === (await contentOf(DECLARED))) return INSTALLED;
  await mkdir(INSTALLED, { recursive: true });
  await cp(join(DECLARED, 'package.json'), join(INSTALLED, 'package.json'));
  const lock = join(INSTALLED, 'package-lock.json');
  await cp(join(DECLARED, 'package-lock.json'), lock);
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: INSTALLED }).catch(
    async (error: unknown) => {
      await promisify(execFile)('rm', ['-f', lock]);
      throw new NotInstalled(`the references could not be installed: ${String(error).slice(0, 200)}`);
    },
  );
  return INSTALLED;
}

/** Loads a reference that is a library. @throws NotInstalled */
export async function loadReference(name: string): Promise<unknown> {
  return createRequire(join(await installReferences(), 'package.json'))(name);
}
