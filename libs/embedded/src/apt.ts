import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from './files';

const run = promisify(execFile);

/**
 * Downloads a Debian package and those of its dependencies that the system lacks, and unpacks them into `folder`
 * without installing anything: no root, no change to the system, and no service that takes the default port. When the
 * system's package lists are missing or out of date, a private copy is fetched.
 *
 * @returns a script in `folder` that runs the named program with its libraries
 */
export async function unpackDebianPackage(
  name: string,
  folder: string,
  progress: (line: string) => void,
): Promise<string> {
  const root = join(folder, 'root');
  const archives = join(folder, 'archives');
  await Promise.all([root, archives].map((path) => mkdir(path, { recursive: true })));
  progress(`Downloading the system package ${name}`);
  await download(name, archives, []).catch(async () => {
    progress('Fetching the package lists');
    const lists = await privateLists(join(folder, 'apt'));
    await run('apt-get', [...lists, 'update']);
    await download(name, archives, lists);
  });
  for (const file of await readdir(archives)) await run('dpkg-deb', ['-x', join(archives, file), root]);
  await Promise.all(
    [archives, join(folder, 'apt')].map((path) => rm(path, { recursive: true, force: true })),
  );
  return writeRunScript(name, folder, root);
}

async function download(name: string, archives: string, options: readonly string[]): Promise<void> {
  const plan = ['install', '-qq', '--print-uris', '--yes', '--no-install-recommends', name];
  const { stdout } = await run('apt-get', [...options, ...plan]);
  // Each line: 'http://…' redis-tools_5%3a7.0.15_amd64.deb 991988 SHA256:…
  const packages = Array.from(stdout.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm), (line) => String(line[1]));
  if (packages.length === 0) throw new Error(`apt-get has nothing to download for ${name}.`);
  await run('apt-get', [...options, '-qq', 'download', ...packages], { cwd: archives });
}

async function privateLists(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  const settings = [
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    'APT::Sandbox::User=root',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}

/** A script, because the loader must be told where the unpacked libraries are; `exec` keeps the process id. */
async function writeRunScript(name: string, folder: string, root: string): Promise<string> {
  const libraries: string[] = [];
  for (const parent of ['usr/lib', 'lib']) {
    const inside = await readdir(join(root, parent)).catch(() => []);
    libraries.push(
      ...inside.filter((entry) => entry.includes('-linux-gnu')).map((entry) => `${parent}/${entry}`),
    );
  }
  const bin = (await exists(join(root, 'usr/bin', name))) ? 'usr/bin' : 'usr/sbin';
  const path = libraries.map((library) => `$here/root/${library}`).join(':');
  const script = [
    '#!/bin/sh',
    'here=${0%/*}',
    `LD_LIBRARY_PATH="${path}" exec "$here/root/${bin}/${name}" "$@"`,
    '',
  ];
  const file = join(folder, name);
  await writeFile(file, script.join('\n'));
  await chmod(file, 0o755);
  return file;
}
