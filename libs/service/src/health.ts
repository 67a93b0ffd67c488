import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { DependencyCheck, type Dependency, type DependencyReport } from './dependency';
import { sendProblem } from './problem';
import { reasonOf } from './reason';
import { redact } from './redact';

/** What keeps a process from being ready whatever its dependencies say: it starts, or it stops. */
export type Phase = 'starting' | 'serving' | 'stopping';

export interface Readiness {
  /** `degraded`: something is away that the service can do without for a while. */
  readonly status: 'ready' | 'degraded' | 'not-ready';
  readonly phase: Phase;
  readonly dependencies: Readonly<Record<string, DependencyReport>>;
}

interface HealthOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

/**
 * Answers probes and scrapes, apart from the service's own traffic: `/livez` (the event loop answers), `/readyz`
 * (200, or 503 while the service starts, stops or lacks what it requires) and `/metrics`.
 */
export class HealthServer {
  phase: Phase = 'starting';
  private readonly checks: DependencyCheck[] = [];
  private readonly server: Server;

  constructor(private readonly options: HealthOptions) {
    this.server = createServer(this.answer);
  }

  /** From now on readiness includes this. */
  watch(dependency: Dependency): void {
    this.checks.push(new DependencyCheck(dependency));
  }

  /** @returns the port it listens on */
  async listen(): Promise<number> {
    this.server.listen(this.options.port, this.options.host);
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the health server has no port');
    return address.port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async readiness(): Promise<Readiness> {
    const reports = await Promise.all(
      this.checks.map(async (check) => ({ check, report: await check.report() })),
    );
    const down = reports.filter(({ report }) => report.status === 'down');
    const lacking = down.some(({ check }) => check.dependency.required);
    const able = down.length === 0 ? 'ready' : 'degraded';
    return {
      status: this.phase !== 'serving' || lacking ? 'not-ready' : able,
      phase: this.phase,
      dependencies: Object.fromEntries(reports.map(({ check, report }) => [check.dependency.name, report])),
    };
  }

  private readonly answer: RequestListener = (request, response) => {
    this.route(request.url ?? '/', response).catch((error: unknown) => {
      sendProblem(response, { code: 'internal', detail: reasonOf(error) }, '');
    });
  };

  private async route(url: string, response: ServerResponse): Promise<void> {
    const path = url.split('?', 1)[0];
    if (path === '/livez') {
      answerJson(response, 200, { status: 'alive' });
    } else if (path === '/readyz') {
      const readiness = await this.readiness();
      answerJson(response, readiness.status === 'not-ready' ? 503 : 200, readiness);
    } else if (path === '/metrics') {
      const { type, text } = await this.options.metrics();
      response.writeHead(200, { 'content-type': type }).end(text);
    } else {
      sendProblem(response, { code: 'not-found', detail: 'Try /livez, /readyz or /metrics.' }, '');
    }
  }
}

const answerJson = (response: ServerResponse, status: number, body: object): void => {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(redact(JSON.stringify(body)));
};
