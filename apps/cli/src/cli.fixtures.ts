import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ExitCode } from './failure';
import { runCli } from './program';

const cleanUps: (() => Promise<unknown>)[] = [];

/** For `afterAll`. */
export async function cleanUp(): Promise<void> {
  await Promise.all(cleanUps.splice(0).map((each) => each()));
}

/** A folder of its own with these files, gone after the tests. */
export async function tree(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'loam-cli-'));
  cleanUps.push(() => rm(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A SKILL.md, agent or command. */
export const markdown = (frontmatter: Readonly<Record<string, string>>, body = 'Text.\n'): string =>
  ['---', ...Object.entries(frontmatter).map(([key, value]) => `${key}: ${value}`), '---', '', body].join(
    '\n',
  );

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

interface Ran {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as a user without any configuration would. */
export async function loam(
  args: readonly string[],
  { env = {}, cwd = '/', stdin = '' }: { env?: Record<string, string>; cwd?: string; stdin?: string } = {},
): Promise<Ran> {
  const [stdout, stderr] = [new Text(), new Text()];
  const surroundings = { XDG_CONFIG_HOME: '/nowhere', ...env };
  const exitCode = await runCli(args, {
    env: surroundings,
    cwd,
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

function answer(response: ServerResponse, { status = 200, headers = {}, json, bytes }: Scripted): void {
  response.writeHead(status, {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(bytes ?? (json === undefined ? undefined : JSON.stringify(json)));
}

/** A real HTTP server on the loopback that answers as told and remembers what it was asked. */
export async function server(reply: (seen: Seen, nth: number) => Scripted | undefined) {
  const seen: Seen[] = [];
  const http = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const each = { method, path: url, headers, body };
      seen.push(each);
      const scripted = reply(each, seen.length);
      if (scripted === undefined) request.socket.destroy();
      else answer(response, scripted);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanUps.push(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${String(address.port)}`, seen };
}

/** A problem document with what tests look at. */
export const problem = (code: string, status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers,
  json: {
    code,
    status,
    detail: `It is ${code}.`,
    errors: [{ code, detail: 'Look here.', pointer: '/slug' }],
    traceId: 'abc',
  },
});
