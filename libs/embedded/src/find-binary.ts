import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebianPackage } from './apt';

const run = promisify(execFile);

/** The servers that are not npm packages. */
export type BinaryName = 'nats-server' | 'redis-server';

/** Where to look and whom to tell. */
export interface FindBinaryOptions {
  /** Where an obtained server is kept; `$XDG_CACHE_HOME/loam`, else `~/.cache/loam`. */
  readonly cacheDir?: string;
  /** Is told each step that takes longer than a second, in words for the user. */
  readonly progress?: (line: string) => void;
  /** Folders to look in for servers and package managers; those of PATH and the usual ones of system packages. */
  readonly searchPath?: readonly string[];
}

/**
 * The path of a server that runs on this machine: from the search path, else obtained before, else the unpacked Debian
 * package, else installed by Homebrew.
 *
 * @throws Error with the command to install it by hand, when none of these works
 */
export async function findBinary(name: BinaryName, options: FindBinaryOptions = {}): Promise<string> {
  const {
    cacheDir = defaultCacheDir(),
    progress = () => undefined,
    searchPath = defaultSearchPath(),
  } = options;
  const found = await lookUp(name, searchPath);
  if (found !== undefined) return found;
  const kept = join(cacheDir, name);
  if (await runs(join(kept, name))) return join(kept, name);
  try {
    if ((await lookUp('apt-get', searchPath)) !== undefined) return await keepUnpacked(name, kept, progress);
    const brew = await lookUp('brew', searchPath);
    if (brew !== undefined) return await installWithBrew(brew, name, searchPath, progress);
  } catch (error) {
    throw new Error(await advice(name, searchPath), { cause: error });
  }
  throw new Error(await advice(name, searchPath));
}

function defaultCacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'loam');
}

/** Debian puts servers in sbin folders, which are not in the PATH of ordinary users. */
function defaultSearchPath(): string[] {
  const usual = ['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin'];
  return [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...usual];
}

async function lookUp(name: string, searchPath: readonly string[]): Promise<string | undefined> {
  for (const folder of searchPath) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

async function runs(path: string): Promise<boolean> {
  return run(path, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Unpacks beside the final place and renames, so that processes that do this at the same time do not disturb. */
async function keepUnpacked(
  name: BinaryName,
  kept: string,
  progress: (line: string) => void,
): Promise<string> {
  const staging = `${kept}.${randomBytes(6).toString('hex')}`;
  await mkdir(staging, { recursive: true });
  try {
    const script = await unpackDebianPackage(name, staging, progress);
    await run(script, ['--version']);
    if (!(await runs(join(kept, name)))) {
      await rm(kept, { recursive: true, force: true });
      await rename(staging, kept);
    }
  } catch (error) {
    if (!(await runs(join(kept, name)))) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return join(kept, name);
}

async function installWithBrew(
  brew: string,
  name: BinaryName,
  searchPath: readonly string[],
  progress: (line: string) => void,
): Promise<string> {
  progress(`Installing ${formula[name]} with Homebrew`);
  await run(brew, ['install', formula[name]]);
  const found = await lookUp(name, searchPath);
  if (found === undefined) throw new Error(`brew install ${formula[name]} has brought no ${name}.`);
  return found;
}

const formula = { 'nats-server': 'nats-server', 'redis-server': 'redis' } as const;

async function advice(name: BinaryName, searchPath: readonly string[]): Promise<string> {
  const variable = { 'nats-server': 'NATS_URL', 'redis-server': 'REDIS_URL' }[name];
  const commands = {
    'apt-get': `sudo apt-get install ${name}`,
    brew: `brew install ${formula[name]}`,
    dnf: `sudo dnf install ${formula[name]}`,
    apk: `sudo apk add ${formula[name]}`,
  };
  for (const [tool, command] of Object.entries(commands)) {
    if ((await lookUp(tool, searchPath)) !== undefined) {
      return `${name} is missing and could not be obtained. Run "${command}", or set ${variable} to a running server.`;
    }
  }
  return `${name} is missing. Install it so that it is in PATH, or set ${variable} to a running server.`;
}
