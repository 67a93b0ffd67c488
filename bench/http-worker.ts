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
