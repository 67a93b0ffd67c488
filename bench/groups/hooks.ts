import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Group, Scenario, Setting } from '../scenario';
import { targets } from '../targets';

const LOAM = join(__dirname, '../../../bin/loam');
/** What Claude Code waits for one after the other, a few times a minute. */
const RATE = 2;
const batchSchema = z.array(z.object({ id: z.string() }));

/** A payload as long as they get where a skill was used: what it answered is in it. */
const payload = (): string =>
  JSON.stringify({
    ...{ session_id: randomUUID(), prompt_id: randomUUID(), cwd: '/home/somebody/project' },
    ...{
      transcript_path: '/home/somebody/.claude/projects/project/session.jsonl',
      permission_mode: 'default',
    },
    ...{ hook_event_name: 'PostToolUse', tool_name: 'Skill', tool_use_id: `toolu_${randomUUID()}` },
    ...{ tool_input: { skill: 'tools:pdf', args: 'report.pdf' }, duration_ms: 12 },
    tool_response: {
      success: true,
      commandName: 'tools:pdf',
      text: 'A line of what the skill says.\n'.repeat(300),
    },
  });

/** A server that takes every event, and knows each that it was told of. */
async function takingServer(): Promise<{ server: Server; url: string; told: Set<string> }> {
  const told = new Set<string>();
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const parsed = batchSchema.safeParse(body);
      const events = parsed.success ? parsed.data : [];
      for (const { id } of events) told.add(id);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ results: events.map(({ id }) => ({ id, status: 'recorded' })) }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, url: `http://127.0.0.1:${address.port}`, told };
}

interface Command {
  readonly name: string;
  readonly role: Scenario['role'];
  readonly command: readonly [string, ...string[]];
  /** How many events each call tells of; undefined where it tells of none that are counted. */
  readonly events?: number;
}

/** One start of a program with the payload on its standard input; it must end well and print nothing. */
async function call([program, ...args]: Command['command'], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = 0;
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.length));
  child.stdin.on('error', () => undefined);
  child.stdin.end(payload());
  await once(child, 'close');
  if (child.exitCode !== 0 || printed > 0) throw new Error(`${program} ended with ${String(child.exitCode)}`);
}

const scenario = (home: string, { name, role, command, events }: Command): Scenario => ({
  ...{ name, role, clients: 1, openRate: RATE },
  start: async () => {
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    const { server, url, told } = await takingServer();
    const env = { PATH: process.env['PATH'], HOME: home, LOAM_URL: url, LOAM_TOKEN: 'loam_x', URL: url };
    return {
      // Who starts the programs: their time becomes its own when they end, and its own is the same for all cases.
      processes: { programs: process.pid },
      open: async () => ({ perform: () => call(command, env), close: async () => undefined }),
      check: async (done) => {
        if (events === undefined) return;
        for (let waited = 0; told.size < done * events && waited < 5000; waited += 100) await pause(100);
        if (told.size !== done * events) throw new Error(`${told.size} events arrived of ${done * events}`);
      },
      stop: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
});

const curl = `curl -s -m 5 -o /dev/null -H 'content-type: application/json' --data-binary @- "$URL"`;

async function prepare({ folder }: Setting) {
  const home = join(folder, 'home');
  const node = process.execPath;
  const commands: Command[] = [
    {
      ...{ name: 'loam hook post-tool-use', role: 'ours', events: 2 },
      command: [node, LOAM, 'hook', 'post-tool-use'],
    },
    { name: 'sh and curl, waiting for the answer', role: 'reference', command: ['sh', '-c', curl] },
    { name: 'node -e 0', role: 'limit', command: [node, '-e', '0'] },
  ];
  return {
    cases: commands.map((command) => scenario(home, command)),
    ratios: [{ ...targets.hookStart, of: 'loam hook post-tool-use', to: 'node -e 0' }],
    bounds: [{ ...targets.hook, of: 'loam hook post-tool-use' }],
    close: () => rm(home, { recursive: true, force: true }),
  };
}

export const hookLatency: Group = { name: 'hook-latency', sizes: ['full'], minutes: 1.2, prepare };
