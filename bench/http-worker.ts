import { setTimeout as delay } from 'node:timers/promises';
import { HttpLink, type Answer } from './http-link';
import type { Worker } from './scenario';

/** A request and what has to come of it. */
export interface Exchange {
  readonly request: Buffer;
  /** Throws where the answer is wrong. */
  readonly expect: (answer: Answer) => void;
}

/** A client that asks one thing after another over one connection. */
export async function httpWorker(url: string, next: () => Exchange): Promise<Worker> {
  const link = await HttpLink.open(url);
  return {
    perform: async () => {
      const { request, expect } = next();
      expect(await link.ask(request));
    },
    close: async () => link.close(),
  };
}

/** A status, and a body of exactly so many bytes if that is given. */
export function expectAnswer(answer: Answer, status: number, bytes?: number): void {
  if (answer.status !== status)
    throw new Error(`the answer was ${answer.status} ${answer.body.toString('utf8', 0, 300)}`);
  if (bytes !== undefined && answer.body.length !== bytes)
    throw new Error(`${answer.body.length} bytes came instead of ${bytes}`);
}

const PATIENCE_MS = 120_000;

/** Asks until the server is able to answer: what it reads into memory at the first question may take long. */
export async function untilAnswered(url: string, request: Buffer): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  const link = await HttpLink.open(url);
  for (;;) {
    const { status, body } = await link.ask(request);
    if (status < 500) break;
    if (performance.now() > end) throw new Error(`no answer but ${status} ${body.toString('utf8', 0, 300)}`);
    await delay(200);
  }
  link.close();
}
