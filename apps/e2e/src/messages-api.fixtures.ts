import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** How the stand-in answers one question: a message, or an error. */
export type Reply =
  | { readonly json: object; readonly tokens?: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang';

export interface MessagesApi {
  readonly url: string;
  /** What was asked, in order. */
  readonly questions: readonly { readonly model: string; readonly text: string; readonly tools: unknown }[];
  /** Decides about every question from now on; the number is how many came before it since then. */
  answer(decide: (model: string, before: number) => Reply): void;
  close(): Promise<void>;
}

const questionSchema = z.looseObject({ model: z.string(), tools: z.unknown().optional() });

function reply(response: ServerResponse, how: Reply): void {
  if (how === 'hang') return;
  if ('status' in how) {
    response.writeHead(how.status, how.headers).end(how.body ?? '{}');
    return;
  }
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', stop_reason: 'end_turn' },
    content: [{ type: 'text', text: JSON.stringify(how.json) }],
    usage: { input_tokens: how.tokens ?? 1000, output_tokens: 100 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
}

/** A server on this machine that speaks Anthropic's Messages API, with its errors. */
export async function messagesApi(): Promise<MessagesApi> {
  const questions: { model: string; text: string; tools: unknown }[] = [];
  let decide: (model: string, before: number) => Reply = () => ({ status: 500 });
  let before = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { model, tools } = questionSchema.parse(JSON.parse(body));
    questions.push({ model, tools, text: body });
    const how = decide(model, before);
    before += 1;
    reply(response, how);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    ...{ url: `http://127.0.0.1:${String(address.port)}`, questions },
    answer: (next) => {
      decide = next;
      before = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
