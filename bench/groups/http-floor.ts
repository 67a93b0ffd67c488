import { join } from 'node:path';
import { removeLoam, startLoam } from '../loam';
import { requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { startBare, startNaive, type Other } from '../others';
import { untilIdle } from '../processes';
import type { Comparison, Group, Role, Scenario, Setting } from '../scenario';
import { targets } from '../targets';
import { ToldEvents } from '../told-events';

const CLIENTS = 96;
const WARM_UP = 5000;

const told = (): Buffer => {
  const events = new ToldEvents({ path: '/floor', token: '', skills: 1000, spread: 'zipf', events: 1 });
  return events.next().request;
};

/** An event is taken, checked and answered, and nothing is done with it. */
const bareCase = (name: string, role: Role, start: () => Promise<Other>): Scenario => ({
  ...{ name, role, clients: CLIENTS, openRate: 0, warmUp: WARM_UP },
  start: async () => {
    const { url, processes, stop } = await start();
    const { gateway, fastify } = processes;
    const request = told();
    return {
      ...{ processes: { server: gateway ?? fastify ?? 0 }, stop },
      open: () => httpWorker(url, () => ({ request, expect: (answer) => expectAnswer(answer, 202) })),
      check: async () => undefined,
    };
  },
});

/** What the gateway answers by itself, with its guard, limits, headers and counts. */
const gatewayCase = (
  home: string,
  profile: boolean,
  name: string,
  ask: (token: string) => Buffer,
): Scenario => ({
  ...{ name, role: 'ours', clients: CLIENTS, openRate: 0, warmUp: WARM_UP },
  start: async () => {
    const loam = await startLoam(home, { profile, watched: ['gateway'] });
    const { stack, processes, profiler, stop } = loam;
    await untilIdle(processes);
    const request = ask(stack.token);
    return {
      ...{ processes: { gateway: processes['gateway'] ?? 0 }, stop, ...(profiler && { profiler }) },
      open: () => httpWorker(stack.url, () => ({ request, expect: (answer) => expectAnswer(answer, 200) })),
      check: async () => undefined,
    };
  },
});

const headersOf = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

async function prepare({ folder, profile }: Setting): Promise<Comparison> {
  const home = join(folder, 'loam');
  const [events, controller] = ['loam, POST /v1/events', 'loam, GET /v1/auth/whoami'];
  return {
    cases: [
      gatewayCase(home, profile, events, (token) =>
        requestBytes('POST', '/v1/events', headersOf(token), Buffer.from('[]')),
      ),
      gatewayCase(home, profile, controller, (token) =>
        requestBytes('GET', '/v1/auth/whoami', headersOf(token)),
      ),
      bareCase('Nest on Fastify', 'reference', () => startNaive(join(folder, 'naive'))),
      bareCase('Fastify', 'limit', () => startBare(join(folder, 'bare'))),
    ],
    ratios: [
      { ...targets.controllerCpu, of: controller, to: 'Fastify' },
      { ...targets.ownRouteCpu, of: events, to: 'Fastify' },
    ],
    close: async () => {
      await removeLoam(home);
    },
  };
}

/** What taking a request costs before anything is done for it. */
export const httpFloor: Group = { name: 'http-floor', sizes: ['full'], minutes: 1.6, prepare };
