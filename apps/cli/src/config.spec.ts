import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cleanUp, tree } from './cli.fixtures';
import { configFile, connection, save } from './config';

afterAll(cleanUp);

const saved = { url: 'https://saved.example', tenant: 'saved', token: 'saved-token' };
const standalone = { url: 'http://127.0.0.1:8080', tenant: 'demo', token: 'demo-token' };

async function surroundings(env: Record<string, string> = {}) {
  const root = await tree();
  return { env: { XDG_CONFIG_HOME: join(root, 'config'), ...env }, cwd: join(root, 'work/deep') };
}
type Surroundings = Awaited<ReturnType<typeof surroundings>>;

async function beside({ cwd }: Surroundings, content: object, folder = dirname(cwd)): Promise<void> {
  await mkdir(join(folder, '.loam'), { recursive: true });
  await writeFile(join(folder, '.loam/standalone.json'), JSON.stringify({ ...content, processes: [] }));
}

describe('where the CLI connects to', () => {
  it('is what flags say, else the variables, else what login saved, else a standalone Loam above', async () => {
    const env = { LOAM_URL: 'https://env.example', LOAM_TENANT: 'env', LOAM_TOKEN: 'env-token' };
    const around = await surroundings();
    await beside(around, standalone);
    expect(await connection({}, around)).toEqual(standalone);
    await save(saved, around);
    expect(await connection({}, around)).toEqual(saved);
    const withEnv = { ...around, env: { ...around.env, ...env } };
    expect(await connection({}, withEnv)).toEqual({
      url: 'https://env.example',
      tenant: 'env',
      token: 'env-token',
    });
    const flags = { url: 'https://flag.example', tenant: 'flag', token: 'flag-token' };
    expect(await connection(flags, withEnv)).toEqual(flags);
    expect(await connection({ tenant: 'other' }, around)).toEqual({ ...saved, tenant: 'other' });
    expect(await connection({ token: 'of-another-tenant' }, around)).toEqual({
      url: saved.url,
      token: 'of-another-tenant',
    });
  });

  it('never gets the token that was saved for another address', async () => {
    const around = await surroundings();
    await save(saved, around);
    expect(await connection({ url: 'https://other.example' }, around)).toEqual({
      url: 'https://other.example',
    });
    expect(await connection({ url: 'https://saved.example/' }, around)).toMatchObject({
      token: 'saved-token',
    });
  });

  it('is found where LOAM_HOME says, and only on this machine', async () => {
    const around = await surroundings();
    await beside(around, { ...standalone, url: 'https://elsewhere.example' });
    await expect(connection({}, around)).rejects.toMatchObject({ facts: { exitCode: 2 } });
    const home = await tree({ 'standalone.json': JSON.stringify(standalone) });
    expect(await connection({}, { ...around, env: { ...around.env, LOAM_HOME: home } })).toEqual(standalone);
  });

  it('is asked for when nothing says it, and must be an address', async () => {
    const around = await surroundings();
    await expect(connection({}, around)).rejects.toThrow('No Loam server is known.');
    await expect(connection({ url: 'file:///etc' }, around)).rejects.toThrow('is not an http(s) address');
  });
});

describe('what login saves', () => {
  it('is for the eyes of its owner only, also where a laxer file was there before', async () => {
    const around = await surroundings();
    const file = await save(saved, around);
    expect(file).toBe(configFile(around));
    await chmod(file, 0o644);
    await save({ ...saved, token: 'new-token' }, around);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ...saved, token: 'new-token' });
  });
});
