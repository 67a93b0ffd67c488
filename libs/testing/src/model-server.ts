import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';

/** How the server behaves on one request, instead of answering as it should. */
export interface Misbehaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body of the answer. */
  readonly body?: string;
  /** The text of the model, in an answer that is well-formed otherwise. */
  readonly text?: string;
  readonly stop?: string;
  /** Never answers. */
  readonly hangs?: true;
}

/** What was asked of the server. */
export interface AskedOfModel {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on 127.0.0.1 that speaks Anthropic's Messages API and OpenAI's chat completions. */
export interface ModelServer {
  /** Without a path. */
  readonly url: string;
  readonly asked: readonly AskedOfModel[];
  /** The next requests are answered so, one each; after that everything is well again. */
  misbehave(...next: readonly Misbehaviour[]): void;
  close(): Promise<void>;
}

const requestSchema = z.looseObject({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

const CALL = /^\[(\d+)\] Bash: (.+)$/gm;

/** An answer to the question whether a session holds a lesson: what failed first, and all that passed after it. */
function extracted(session: string): object {
  const calls = [...session.matchAll(CALL)].map(([, at = '', what = '']) => ({ at: Number(at), what }));
  const endOf = (at: number): string => new RegExp(`^\\[${at + 1}\\] (\\w+)`, 'm').exec(session)?.[1] ?? '';
  const failed = calls.filter(({ at }) => endOf(at) === 'failed');
  const worked = calls.filter(({ at }) => endOf(at) === 'passed' && at > (failed[0]?.at ?? Infinity));
  const steps = (all: typeof calls): object[] =>
    [...new Set(all.map(({ what }) => what))].slice(0, 8).map((what) => ({ kind: 'command', what, how: '' }));
  return {
    ...{ worth_keeping: failed.length > 0 && worked.length > 0, reason: 'Nothing that failed was overcome.' },
    ...{ title: `When ${failed[0]?.what ?? ''} fails`, problem: 'A command failed.' },
    ...{ failed: steps(failed), worked: steps(worked), why: 'Because.', scope: 'tool' },
    records: [...failed, ...worked].map(({ at }) => at),
  };
}

function composed(question: string): object {
  const commands = [...question.matchAll(/"what": "((?:[^"\\]|\\.)*)"/g)].map(([, what = '']) => what);
  return {
    name: 'overcome-a-failure',
    description: `Overcomes the failure of ${commands[0] ?? 'a command'}. Use when it fails.`,
    body: `# Overcome a failure\n\n${commands.map((command) => `- \`${command}\``).join('\n')}\n`,
  };
}

const answerTo = (question: string): string =>
  JSON.stringify(question.startsWith('<lesson>') ? composed(question) : extracted(question));

function bodyFor(path: string, text: string, stop: string | undefined): string {
  if (path.endsWith('/chat/completions')) {
    const choice = { index: 0, finish_reason: stop ?? 'stop', message: { role: 'assistant', content: text } };
    return JSON.stringify({ choices: [choice], usage: { prompt_tokens: 1_000, completion_tokens: 200 } });
  }
  return JSON.stringify({
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'a-model', stop_sequence: null },
    ...{ content: [{ type: 'text', text }], stop_reason: stop ?? 'end_turn' },
    usage: { input_tokens: 1_000, output_tokens: 200 },
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
  return Buffer.concat(chunks).toString();
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { asked, next }: { asked: AskedOfModel[]; next: Misbehaviour[] },
): Promise<void> {
  const path = request.url ?? '';
  const body = await readBody(request);
  asked.push({ path, headers: request.headers, body });
  const wrong = next.shift() ?? {};
  if (wrong.hangs === true) return;
  const { messages } = requestSchema.parse(JSON.parse(body));
  const text = wrong.text ?? answerTo(messages.at(-1)?.content ?? '');
  response
    .writeHead(wrong.status ?? 200, { 'content-type': 'application/json', ...wrong.headers })
    .end(wrong.body ?? bodyFor(path, text, wrong.stop));
}

/** Starts a {@link ModelServer} on a free port. */
export async function startModelServer(): Promise<ModelServer> {
  const asked: AskedOfModel[] = [];
  const next: Misbehaviour[] = [];
  const server: Server = createServer((request, response) => {
    void serve(request, response, { asked, next }).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    ...{ asked, url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}` },
    misbehave: (...all) => void next.push(...all),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
