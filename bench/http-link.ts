import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** The status line and the headers. */
  readonly head: string;
  readonly body: Buffer;
}

const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One connection that is kept alive, one request at a time. It understands no more of HTTP/1.1 than the servers here
 * speak, because whatever the load generator costs is missing from the cores that it shares with them.
 */
export class HttpLink {
  private waiting: Waiting | undefined;
  private readonly pieces: Buffer[] = [];
  private bytes = 0;
  private head = '';
  /** How long head and body are together; -1 while unknown. */
  private wanted = -1;
  private bodyAt = 0;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (piece) => this.take(piece));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<HttpLink> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    return new HttpLink(socket);
  }

  ask(request: Buffer | string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    if (this.head === '') this.readHead();
    if (this.head !== '' && (this.wanted === -1 ? this.endsChunked() : this.bytes >= this.wanted))
      this.finish();
  }

  private whole(): Buffer {
    const [first] = this.pieces;
    return this.pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.pieces);
  }

  private readHead(): void {
    const all = this.whole();
    const end = all.indexOf(END_OF_HEAD);
    if (end === -1) return;
    this.head = all.toString('latin1', 0, end);
    this.bodyAt = end + END_OF_HEAD.length;
    const length = /\ncontent-length: *(\d+)/i.exec(this.head)?.[1];
    const chunked = length === undefined && /\ntransfer-encoding: *chunked/i.test(this.head);
    this.wanted = chunked ? -1 : this.bodyAt + Number(length ?? 0);
  }

  private endsChunked(): boolean {
    const last = this.pieces.at(-1);
    return last?.toString('latin1', Math.max(0, last.length - LAST_CHUNK.length)) === LAST_CHUNK;
  }

  private finish(): void {
    const { waiting, head } = this;
    const rest = this.whole().subarray(this.bodyAt);
    const body = this.wanted === -1 ? unchunk(rest) : rest;
    this.pieces.length = 0;
    this.bytes = 0;
    this.head = '';
    this.wanted = -1;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}

function unchunk(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** The bytes of a request. */
export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Buffer {
  const all = { host: 'localhost', ...headers, ...(body && { 'content-length': String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return body === undefined ? head : Buffer.concat([head, body]);
}
