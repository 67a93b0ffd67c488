import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { platformPackage, usableBinaries } from './postgres-native';

const run = promisify(execFile);
const nobody = { uid: 65534, gid: 65534 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-native-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('makes the library links that a skipped install script left out', async () => {
  const copy = join(folder, 'package');
  await cp(platformPackage(), copy, { recursive: true, verbatimSymlinks: true });
  const lib = join(copy, 'native', 'lib');
  const links = (await readdir(lib, { withFileTypes: true })).filter((entry) => entry.isSymbolicLink());
  await Promise.all(links.map((link) => rm(join(lib, link.name))));
  const postgres = join(copy, 'native', 'bin', 'postgres');
  await expect(run(postgres, ['--version'])).rejects.toThrow('libicu');
  await usableBinaries(copy, undefined);
  expect((await run(postgres, ['--version'])).stdout).toContain('18.');
});

(process.getuid?.() === 0 ? it : it.skip)(
  'copies binaries that the server user cannot reach, once, also when two processes do so together',
  async () => {
    const copy = join(folder, 'package');
    await cp(platformPackage(), copy, { recursive: true, verbatimSymlinks: true });
    const cache = await mkdtemp('/var/tmp/loam-cache-');
    try {
      await run('chmod', ['755', cache]);
      const bins = await Promise.all([1, 2].map(() => usableBinaries(copy, nobody, cache)));
      expect(new Set(bins).size).toBe(1);
      expect(await readdir(cache)).toHaveLength(1);
      const { stdout } = await run(join(String(bins[0]), 'postgres'), ['--version'], { ...nobody, cwd: '/' });
      expect(stdout).toContain('18.');
    } finally {
      await rm(cache, { recursive: true });
    }
  },
  30_000,
);
