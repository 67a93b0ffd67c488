import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { World } from '../world';

/** The address of the git remote `origin` of the folder; undefined where there is none, or no git. */
export async function originOf({ cwd, env }: Pick<World, 'cwd' | 'env'>): Promise<string | undefined> {
  const asked = promisify(execFile)('git', ['config', '--get', 'remote.origin.url'], { cwd, env });
  const origin = await asked.then(({ stdout }) => stdout.trim()).catch(() => '');
  return origin === '' ? undefined : origin;
}
