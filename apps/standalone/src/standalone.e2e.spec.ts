import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort, startOf } from '@loam/embedded';
import { eventually } from '@loam/testing';

jest.setTimeout(180_000);

const root = join(__dirname, '../../..');
const announcementSchema = z.object({
  url: z.string(),
  tenant: z.string(),
  token: z.string(),
  processes: z.record(z.string(), z.int()),
});

let home: string;
let environment: NodeJS.ProcessEnv;
const launchers: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'loam-standalone-'));
  const { PATH, HOME } = process.env;
  environment = { PATH, HOME, LOAM_HOME: home, LOAM_PORT: String(await freePort()) };
});

afterAll(async () => {
  for (const launcher of launchers) launcher.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** Runs one of the project's scripts, and gives what it has written when it ends. */
function tool(name: string) {
  const child = spawn(process.execPath, [join(root, 'tools', `${name}.mjs`)], { env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, ended: once(child, 'close').then(() => ({ code: child.exitCode, output })) };
}

const announcementFile = (): string => join(home, 'standalone.json');

/** `npm start`, and what it announces once it is ready. */
async function start() {
  const launcher = tool('start');
  launchers.push(launcher.child);
  const ready = eventually(async () => {
    const announced = announcementSchema.parse(JSON.parse(await readFile(announcementFile(), 'utf8')));
    expect(announced.processes['launcher']).toBe(launcher.child.pid);
    return announced;
  }, 120_000);
  const failed = launcher.ended.then(({ output }) => {
    throw new Error(`It has ended: ${output}`);
  });
  return { launcher, announced: await Promise.race([ready, failed]) };
}

const listSkills = async ({ url, token }: z.output<typeof announcementSchema>): Promise<unknown> => {
  const answer = await fetch(`${url}/v1/skills`, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
};

const allGone = (pids: number[]): Promise<void> =>
  eventually(async () => {
    expect((await Promise.all(pids.map(startOf))).filter((found) => found !== undefined)).toEqual([]);
  });

it('serves the samples to whoever has the token, survives a kill -9 of itself, and ends without a trace', async () => {
  const first = await start();
  expect((await stat(announcementFile())).mode & 0o777).toBe(0o600);
  const sample = expect.objectContaining({ slug: 'debugging-flaky-tests' });
  expect(await listSkills(first.announced)).toEqual(expect.arrayContaining([sample]));

  const second = await tool('start').ended;
  const { url, token } = first.announced;
  expect(second.output).toContain(`Loam is already running at ${url} (process ${first.launcher.child.pid}).`);
  expect(second.code).toBe(1);
  expect((await tool('reset').ended).output).toContain('Loam is already running');

  const pids = Object.values(first.announced.processes);
  expect(pids).toHaveLength(10);
  first.launcher.child.kill('SIGKILL');
  await allGone(pids);

  const again = await start();
  expect(again.announced).toMatchObject({ url, token });
  expect(await listSkills(again.announced)).toEqual(expect.arrayContaining([sample]));
  again.launcher.child.kill('SIGTERM');
  const { code, output } = await again.launcher.ended;
  expect(output).toContain(`Loam is ready at ${url}`);
  expect(output).toContain(`curl -H 'Authorization: Bearer ${token}' ${url}/v1/skills`);
  expect(code).toBe(0);
  await allGone(Object.values(again.announced.processes));
  await expect(stat(announcementFile())).rejects.toThrow('ENOENT');

  expect((await tool('reset').ended).output).toContain(`Removed ${home}`);
  await expect(stat(home)).rejects.toThrow('ENOENT');
});
