import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findBinary } from './find-binary';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam find '));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function script(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, name), 0o755);
}

it('takes a server from the search path before anything else', async () => {
  await script('nats-server', 'true');
  await script('apt-get', 'exit 1');
  const found = await findBinary('nats-server', { cacheDir: join(folder, 'cache'), searchPath: [folder] });
  expect(found).toBe(join(folder, 'nats-server'));
});

it('installs with Homebrew where there is no apt', async () => {
  await script(
    'brew',
    `[ "$*" = "install redis" ] && printf '#!/bin/sh\\n' > '${folder}/redis-server' && chmod +x '${folder}/redis-server'`,
  );
  const told: string[] = [];
  const found = await findBinary('redis-server', {
    cacheDir: join(folder, 'cache'),
    searchPath: [folder],
    progress: (line) => told.push(line),
  });
  expect(found).toBe(join(folder, 'redis-server'));
  expect(told).toEqual(['Installing redis with Homebrew']);
});

it('names the exact command when it can obtain nothing', async () => {
  await script('dnf', 'exit 1');
  const asked = findBinary('redis-server', { cacheDir: join(folder, 'cache'), searchPath: [folder] });
  await expect(asked).rejects.toThrow('Run "sudo dnf install redis", or set REDIS_URL');
});

it('keeps the cause when a package manager fails', async () => {
  await script('brew', 'echo no network >&2; exit 1');
  const asked = findBinary('nats-server', { cacheDir: join(folder, 'cache'), searchPath: [folder] });
  await expect(asked).rejects.toMatchObject({ cause: { message: expect.stringContaining('no network') } });
});

const debianTools = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].filter((path) => existsSync(path));

(debianTools.length === 2 ? it : it.skip)(
  'unpacks the Debian package with its libraries once, also when two processes do so together',
  async () => {
    for (const tool of debianTools) await symlink(tool, join(folder, basename(tool)));
    await mkdir(join(folder, 'cache dir'));
    const options = { cacheDir: join(folder, 'cache dir'), searchPath: [folder] };
    const found = await Promise.all([
      findBinary('redis-server', options),
      findBinary('redis-server', options),
    ]);
    expect(found[0]).toBe(found[1]);
    expect(execFileSync(found[0], ['--version']).toString()).toContain('Redis server');
    const told: string[] = [];
    await findBinary('redis-server', { ...options, progress: (line) => told.push(line) });
    expect(told).toEqual([]);
  },
  120_000,
);
