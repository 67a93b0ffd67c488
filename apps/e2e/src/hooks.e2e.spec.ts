import { existsSync, readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listCaptureSessions } from '@loam/contracts/http/capture';
import { getSkillDetail } from '@loam/contracts/http/registry';
import { eventually } from '@loam/testing';
import { newTenant, type Tenant } from './caller.fixtures';
import { runLoam, type Ran } from './cli.fixtures';
import { publish } from './skills.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(90_000);

const verbs = ['session-start', 'prompt-expansion', 'post-tool-use', 'stop', 'subagent-stop', 'session-end'];
const eventNames: Readonly<Record<string, string>> = {
  'session-start': 'SessionStart',
  'prompt-expansion': 'UserPromptExpansion',
  'post-tool-use': 'PostToolUse',
  stop: 'Stop',
  'subagent-stop': 'SubagentStop',
  'session-end': 'SessionEnd',
};

let folder: string;
let tenant: Tenant;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-e2e-hooks-'));
});
beforeAll(async () => {
  tenant = await newTenant(thisRun.operator);
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const payload = (session: string, verb: string, more: object = {}): string =>
  JSON.stringify({
    ...{ session_id: session, hook_event_name: eventNames[verb], cwd: folder, prompt_id: randomUUID() },
    ...{ transcript_path: join(folder, 't.jsonl'), tool_name: 'Skill', tool_input: { skill: 'hooked' } },
    ...{ tool_use_id: `toolu_${randomUUID()}`, expansion_type: 'slash_command', command_name: 'help' },
    ...more,
  });

const hook = (verb: string, stdin: string, env: object = {}): Promise<Ran> =>
  runLoam(folder, ['hook', verb], { stdin, env });
const online = () => ({ LOAM_URL: thisRun.url, LOAM_TOKEN: String(tenant.admin.token) });
const offline = { LOAM_URL: 'http://127.0.0.1:9', LOAM_TOKEN: 'loam_none' };

const silent = { exitCode: 0, stdout: '', stderr: '' };
const state = () => join(folder, '.local/state/loam/hooks');
const filesBelow = async (at: string): Promise<string[]> =>
  (await readdir(at, { recursive: true, withFileTypes: true })).flatMap((each) =>
    each.isFile() ? [join(each.parentPath, each.name)] : [],
  );
const spooled = async (): Promise<string[]> =>
  (await filesBelow(state()))
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '');

const findings = z.object({
  hooks: z.array(z.object({ hook: z.string(), firedAt: z.string().nullable() })),
  spool: z.object({ events: z.int() }),
  sending: z.object({ error: z.string().nullable() }),
  problems: z.array(z.string()),
});
const doctor = async (env: object) => {
  const { exitCode, stdout } = await runLoam(folder, ['hook', 'doctor', '--json'], { env });
  return { exitCode, ...findings.parse(JSON.parse(stdout)) };
};

describe('the hooks of a session', () => {
  it('are silent and end well, and what they tell arrives at the server', async () => {
    await publish(tenant.admin, 'hooked');
    const session = randomUUID();
    for (const verb of verbs) expect(await hook(verb, payload(session, verb), online())).toEqual(silent);
    await eventually(async () => {
      const [found] = await tenant.admin.call(listCaptureSessions, { query: { session } });
      expect(found).toMatchObject({ captures: 6, client: 'claude-code' });
      expect(await spooled()).toEqual([]);
      const { use_count } = await tenant.admin.call(getSkillDetail, { params: { slug: 'hooked' } });
      expect(use_count).toBe(1);
    });
    const found = await doctor(online());
    expect(found.hooks.every(({ firedAt }) => firedAt !== null)).toBe(true);
    expect(found).toMatchObject({ exitCode: 0, problems: [], spool: { events: 0 } });
  });

  it('are sent when a session starts, where the server was away before', async () => {
    const session = randomUUID();
    await runLoam(folder, ['login', '--url', thisRun.url], { stdin: `${String(tenant.admin.token)}\n` });
    const saved = join(folder, 'config/loam/config.json');
    const right = readFileSync(saved, 'utf8');
    await writeFile(saved, JSON.stringify({ ...Object(JSON.parse(right)), url: 'http://127.0.0.1:9' }));
    await hook('stop', payload(session, 'stop'));
    await eventually(async () => expect((await doctor({})).sending.error).not.toBeNull());
    expect(await spooled()).toHaveLength(1);
    await writeFile(saved, right);
    await hook('session-start', payload(session, 'session-start'));
    await eventually(async () => {
      const [found] = await tenant.admin.call(listCaptureSessions, { query: { session } });
      expect(found).toMatchObject({ captures: 2 });
    });
  });

  it('of many at once neither tear nor double a line', async () => {
    const many = Array.from({ length: 16 }, () => randomUUID());
    const long = { last_assistant_message: 'x'.repeat(20_000) };
    await Promise.all(many.map((session) => hook('stop', payload(session, 'stop', long), offline)));
    const lines = await spooled();
    const ids = lines.map((line) => z.object({ id: z.uuid() }).parse(JSON.parse(line)).id);
    expect(new Set(ids).size).toBe(16);
    expect(lines).toHaveLength(16);
  });

  it('keep what they note from everybody else', async () => {
    await hook('stop', payload(randomUUID(), 'stop'), offline);
    for (const file of await filesBelow(state())) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(state())).mode & 0o777).toBe(0o700);
  });
});

describe('a command that fails', () => {
  const transcript = (commands: readonly string[]): string =>
    commands
      .flatMap((command, i) => [
        {
          type: 'assistant',
          message: { content: [{ type: 'tool_use', id: `t${i}`, name: 'Bash', input: { command } }] },
        },
        {
          type: 'user',
          message: {
            content: [{ type: 'tool_result', tool_use_id: `t${i}`, content: 'no', is_error: true }],
          },
        },
      ])
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');

  it('is told to be novel where no earlier session of the machine ran its like, and scores so', async () => {
    await mkdir(join(folder, 'config/loam'), { recursive: true });
    await writeFile(join(folder, 'config/loam/hooks.json'), '{"transcripts": {"enabled": true}}');
    const scored = async (commands: readonly string[]) => {
      const session = randomUUID();
      const path = join(folder, `${session}.jsonl`);
      await writeFile(path, transcript(commands));
      for (const verb of ['stop', 'session-end'])
        await hook(verb, payload(session, verb, { transcript_path: path }), online());
      return eventually(async () => {
        const [found] = await tenant.admin.call(listCaptureSessions, { query: { session } });
        expect(found?.scored_at).toEqual(expect.any(String));
        return found?.signals;
      }, 20_000);
    };
    expect(await scored(['npm run build', 'helm upgrade x'])).toEqual([]);
    expect(await scored(['npm run lint', 'terraform apply'])).toEqual([
      { kind: 'novel_command', weight: 15 },
    ]);
  });
});

describe('a hook', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'no json'],
    ['no object', '[]'],
    ['an odd name', '{"hook_event_name": 7}'],
    ['too much', `{"a": "${'x'.repeat(2_000_000)}"}`],
  ])('ends well when it is given %s', async (_, stdin) => {
    expect(await hook('stop', stdin, offline)).toEqual(silent);
  });

  it('ends although nobody closes its input', async () => {
    const child = spawn(process.execPath, [join(__dirname, '../../../bin/loam'), 'hook', 'stop'], {
      env: { HOME: folder },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });

  it.each([
    ['DO_NOT_TRACK', { DO_NOT_TRACK: '1' }, undefined],
    ['the project', {}, '.claude/loam.json'],
    ['the person', {}, 'config/loam/hooks.json'],
  ])('notes nothing where %s objects', async (_, env, file) => {
    if (file !== undefined) {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await writeFile(join(folder, file), '{"tracker": {"enabled": false}}');
    }
    expect(await hook('stop', payload(randomUUID(), 'stop'), { ...offline, ...env })).toEqual(silent);
    expect(existsSync(state())).toBe(false);
    expect((await doctor({ ...online(), ...env })).problems.join()).toContain('Nothing is noted');
  });

  it('loads nothing but what comes with Node and its own few files', async () => {
    const trace = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(join(folder, 'loaded'))},
      Object.keys(require.cache).join('\\n')))`;
    await writeFile(join(folder, 'trace.cjs'), trace);
    await hook('stop', payload(randomUUID(), 'stop'), {
      ...{ NODE_OPTIONS: `--require ${join(folder, 'trace.cjs')}`, DO_NOT_TRACK: '1' },
    });
    const loaded = (await readFile(join(folder, 'loaded'), 'utf8')).split('\n');
    expect(
      loaded.filter(
        (file) =>
          !/trace\.cjs$|bin\/loam$|apps\/cli\/src\/(main|hook\/[\w-]+)\.js$|libs\/redaction\//.test(file),
      ),
    ).toEqual([]);
    expect(loaded.length).toBeLessThan(20);
  });

  it('shows no token to who lists processes', async () => {
    await hook('stop', payload(randomUUID(), 'stop'), offline);
    const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
      execFile('ps', ['-eo', 'args'], (_error, text) => resolve({ stdout: text })),
    );
    expect(stdout).not.toContain('loam_none');
  });
});

describe('loam hook install', () => {
  const settings = () => join(folder, '.claude/settings.json');

  it('changes the file that a link leads to, once, and takes it back', async () => {
    const real = join(folder, 'dotfiles.json');
    const before =
      '{\n  "model": "x",\n  "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "mine" }] }] }\n}\n';
    await writeFile(real, before);
    await mkdir(join(folder, '.claude'));
    await symlink(real, settings());
    const first = await runLoam(folder, ['hook', 'install', '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({ changed: true, scope: 'user' });
    expect((await lstat(settings())).isSymbolicLink()).toBe(true);
    const installed = readFileSync(real, 'utf8');
    expect(installed).toContain('"mine"');
    await runLoam(folder, ['hook', 'install']);
    expect(readFileSync(real, 'utf8')).toBe(installed);
    await runLoam(folder, ['hook', 'install', '--remove']);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual(JSON.parse(before));
  });

  it('leaves a broken file alone', async () => {
    await mkdir(join(folder, '.claude'));
    await writeFile(settings(), '{ // mine\n');
    expect(await runLoam(folder, ['hook', 'install', '--scope', 'project'])).toMatchObject({ exitCode: 6 });
    expect(readFileSync(settings(), 'utf8')).toBe('{ // mine\n');
  });

  it('shows what it would add', async () => {
    const { stdout } = await runLoam(folder, ['hook', 'install', '--scope', 'project', '--print']);
    expect(JSON.parse(stdout)).toHaveProperty('hooks.SessionEnd');
    expect(existsSync(settings())).toBe(false);
  });
});
