import { cleanUp, loam, markdown, tree } from './cli.fixtures';

afterAll(cleanUp);

describe('the exit code', () => {
  it('is 0 for help and version, which go to standard output', async () => {
    const help = await loam(['--help']);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: loam');
    expect(await loam(['-V'])).toMatchObject({ exitCode: 0, stdout: '0.1.0\n' });
    expect((await loam(['admin', 'dlq', 'redrive', '--help'])).stdout).toContain('--all');
  });

  it.each([
    [['frobnicate']],
    [['search', '--kind', 'plugin']],
    [['search', '--limit', 'many']],
    [['usage', '--days', '0']],
    [['admin', 'replay']],
    [['admin', 'dlq', 'redrive']],
    [['publish']],
    [['publish', '/nowhere']],
    [['import', '/nowhere']],
    [['search']],
    [['download', 'a', '-o', 'x', '--extract', 'y']],
    [['show', '..', '--url', 'http://127.0.0.1:2']],
  ])('is 2 for a command line that cannot be understood: %j', async (args) => {
    const ran = await loam(args);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).not.toBe('');
  });

  it('is 6 for a bundle that breaks the rules, before anything is sent', async () => {
    const folder = await tree({ 'SKILL.md': markdown({ name: 'a' }) });
    const ran = await loam(['publish', folder, '--url', 'http://127.0.0.1:2']);
    expect(ran).toMatchObject({ exitCode: 6, stdout: '' });
    expect(ran.stderr).toContain('[description-missing]');
    expect(ran.stderr).toContain('\n  /description\n');
  });

  it('is 7 when nobody answers, at once', async () => {
    const ran = await loam(['search', '--url', 'http://127.0.0.1:2']);
    expect(ran.exitCode).toBe(7);
    expect(ran.stderr).toContain('(ECONNREFUSED)');
    expect(ran.stderr).toContain('npm start');
  });
});

describe('with --json', () => {
  it('every failure is one JSON document on standard output', async () => {
    for (const args of [['search'], ['frobnicate'], ['search', '--limit', 'x']]) {
      const { stdout } = await loam([...args, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage', exitCode: 2 } });
    }
  });
});
