import { chmod, lstat, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUp, tree } from '../cli.fixtures';
import { extract } from './extract';
import { readFolder } from './folder';

afterAll(cleanUp);

const entry = (path: string, text = 'text', executable = false) => ({
  path,
  bytes: Buffer.from(text),
  executable,
});

describe('packing a folder', () => {
  it('leaves out history, dependencies, secrets and droppings, and says so', async () => {
    const root = await tree({
      'SKILL.md': 'x',
      '.git/config': 'x',
      'node_modules/a/index.js': 'x',
      '.DS_Store': 'x',
      '.env': 'x',
      '.env.local': 'x',
      '.envrc': 'x',
      'keys/id_ed25519': 'x',
      'keys/server.pem': 'x',
      'target/debug.bin': 'x',
      'references/target/page.md': 'x',
    });
    const { entries, leftOut } = await readFolder(root);
    expect(entries.map(({ path }) => path).sort()).toEqual(['SKILL.md', 'references/target/page.md']);
    expect([...leftOut].sort()).toEqual([
      ...['.DS_Store', '.env', '.env.local', '.envrc', '.git', 'keys/id_ed25519', 'keys/server.pem'],
      ...['node_modules', 'target'],
    ]);
  });

  it('keeps the execute permission', async () => {
    const root = await tree({ 'SKILL.md': 'x', 'run.sh': 'x' });
    await chmod(join(root, 'run.sh'), 0o755);
    const { entries } = await readFolder(root);
    expect(entries.filter(({ executable }) => executable).map(({ path }) => path)).toEqual(['run.sh']);
  });

  it('refuses links, wherever they lead', async () => {
    const root = await tree({ 'SKILL.md': 'x' });
    await symlink('SKILL.md', join(root, 'alias.md'));
    await expect(readFolder(root)).rejects.toMatchObject({ code: 'bundle-link', pointer: 'alias.md' });
  });

  it('stops at the limits before it has read a folder that was chosen by mistake', async () => {
    const many = Object.fromEntries(Array.from({ length: 513 }, (_, index) => [`f${String(index)}`, '']));
    await expect(readFolder(await tree(many))).rejects.toMatchObject({ code: 'bundle-too-many-entries' });
    const large = await tree({ 'a.bin': 'x'.repeat(9 * 1024 * 1024), 'b.bin': 'x'.repeat(9 * 1024 * 1024) });
    await expect(readFolder(large)).rejects.toMatchObject({ code: 'bundle-too-large' });
  });
});

describe('unpacking', () => {
  it('writes files with their permissions into a new folder', async () => {
    const to = join(await tree(), 'deep/new');
    await extract([entry('SKILL.md', 'hello'), entry('bin/run.sh', 'run', true)], to);
    expect(await readFile(join(to, 'SKILL.md'), 'utf8')).toBe('hello');
    expect((await lstat(join(to, 'bin/run.sh'))).mode & 0o111).not.toBe(0);
  });

  it('refuses a folder that holds something, a file and a link, and leaves them as they are', async () => {
    const root = await tree({ 'full/keep.txt': 'kept', file: 'kept', 'else/where.txt': 'kept' });
    await symlink(join(root, 'else'), join(root, 'link'));
    for (const name of ['full', 'file', 'link']) {
      await expect(extract([entry('SKILL.md')], join(root, name))).rejects.toMatchObject({
        facts: { code: 'folder-taken', exitCode: 6 },
      });
    }
    expect(await readlink(join(root, 'link'))).toBe(join(root, 'else'));
    await expect(lstat(join(root, 'else/SKILL.md'))).rejects.toThrow('ENOENT');
  });

  it('leaves nothing behind when it fails half-way', async () => {
    const root = await tree();
    await expect(extract([entry('a'), entry('a/b')], join(root, 'new'))).rejects.toThrow();
    await expect(readFolder(root)).resolves.toEqual(expect.objectContaining({ entries: [] }));
  });
});
