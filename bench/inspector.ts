import { z } from 'zod';
import { freePort } from '@loam/embedded';
import { WebSocket } from 'undici';

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const messageSchema = z.object({
  ...{ id: z.int().optional(), method: z.string().optional() },
  ...{ result: z.unknown().optional(), params: z.unknown().optional() },
});
const attachedSchema = z.object({ sessionId: z.string() });
const relayedSchema = z.object({ sessionId: z.string(), message: z.string() });

/** One thread: its main one, or one of its workers. */
export interface Thread {
  readonly call: (method: string) => Promise<unknown>;
}

/** One process whose inspector listens on a port, spoken to by the protocol of Chrome's developer tools. */
export class Inspected implements Thread {
  private lastId = 0;
  private readonly waiting = new Map<string, (result: unknown) => void>();
  private readonly sessions = new Set<string>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.take('', String(data)));
  }

  static async connect(port: number): Promise<Inspected> {
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    const socket = new WebSocket(targetsSchema.parse(targets)[0]?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return new Inspected(socket);
  }

  readonly call = (method: string, params: object = {}): Promise<unknown> =>
    this.ask('', (id) => {
      this.socket.send(JSON.stringify({ id, method, params }));
    });

  /** The threads beside the main one that run now. */
  async workers(): Promise<Thread[]> {
    await this.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return [...this.sessions].map((sessionId) => ({
      call: (method) =>
        this.ask(sessionId, (id) => {
          const message = JSON.stringify({ id, method });
          const params = { sessionId, message };
          this.lastId += 1;
          this.socket.send(
            JSON.stringify({ id: this.lastId, method: 'NodeWorker.sendMessageToWorker', params }),
          );
        }),
    }));
  }

  close(): void {
    this.socket.close();
  }

  private ask(session: string, send: (id: number) => void): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(`${session} ${id}`, resolve);
      send(id);
    });
  }

  private take(session: string, text: string): void {
    const { id, method, result, params } = messageSchema.parse(JSON.parse(text));
    if (method === 'NodeWorker.attachedToWorker') this.sessions.add(attachedSchema.parse(params).sessionId);
    if (method === 'NodeWorker.receivedMessageFromWorker') {
      const { sessionId, message } = relayedSchema.parse(params);
      this.take(sessionId, message);
    }
    const key = `${session} ${id ?? ''}`;
    this.waiting.get(key)?.(result);
    this.waiting.delete(key);
  }
}

/** Ports for the inspectors of processes that are yet to be started, and the variables that open them. */
export async function inspectable(names: readonly string[]) {
  const ports = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
  return {
    variables: Object.fromEntries(
      ports.map(([name, port]) => [name, { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` }]),
    ),
    connect: () =>
      Promise.all(ports.map(async ([name, port]) => [name, await Inspected.connect(port)] as const)),
  };
}
