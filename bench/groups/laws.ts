import { join } from 'node:path';
import { z } from 'zod';
import { forgetUse, SKILLS } from '../ingest-cases';
import { HttpLink, requestBytes } from '../http-link';
import { expectAnswer, httpWorker } from '../http-worker';
import { closedLoop } from '../load';
import { inspectable } from '../inspector';
import { removeLoam, startLoam } from '../loam';
import { seedLoam } from '../seed';
import type { Comparison, Group, Setting } from '../scenario';
import { startCounting, statementsOf } from '../statements';
import { targets } from '../targets';
import { ToldEvents } from '../told-events';
import { OF_TENANT } from './timeline';

const WATCHED = ['gateway', 'telemetry'] as const;
const BATCHES = 20;
const READS = 50;
const SOAK_MS = 30_000;
const WARM_UP_MS = 8000;
const SOAKING = 8;

const usageSchema = z.object({ usedSize: z.number() });

/** How many statements telemetry makes of a batch of a thousand events for each that it makes of a hundred. */
async function statementsOfLargeBatches(home: string): Promise<number> {
  const { stack, admin, stop } = await startCounting(home, WATCHED);
  const link = await HttpLink.open(stack.url);
  const perBatch = async (events: number): Promise<number> => {
    const told = new ToldEvents({
      ...{ path: '/v1/events', token: stack.token, skills: SKILLS, spread: 'zipf', events },
    });
    const tell = async (batches: number): Promise<void> => {
      for (let batch = 0; batch < batches; batch += 1) {
        const { request, expect } = told.next();
        expect(await link.ask(request));
      }
    };
    await tell(BATCHES);
    return (await statementsOf(admin, 'telemetry', () => tell(BATCHES))).calls / BATCHES;
  };
  const [few, many] = [await perBatch(100), await perBatch(1000)];
  link.close();
  await stop();
  return many / few;
}

/** Pages that telemetry looks at for the year of a tenant. */
async function pagesOfYear(home: string): Promise<number> {
  const { stack, admin, stop } = await startCounting(home, WATCHED);
  const link = await HttpLink.open(stack.url);
  const request = requestBytes('GET', OF_TENANT, { authorization: `Bearer ${stack.token}` });
  const read = async (): Promise<void> => {
    for (let turn = 0; turn < READS; turn += 1) expectAnswer(await link.ask(request), 200);
  };
  await read();
  const { pages } = await statementsOf(admin, 'telemetry', read);
  link.close();
  await stop();
  return pages / READS;
}

/** What is live on the heaps of gateway and telemetry after events came for a while, for each byte before. */
async function heapGrowth(home: string): Promise<number> {
  const { variables, connect } = await inspectable(WATCHED);
  const loam = await startLoam(home, { profile: false, watched: WATCHED, overrides: variables });
  const { stack, stop } = loam;
  await forgetUse(loam.admin);
  const told = new ToldEvents({
    ...{ path: '/v1/events', token: stack.token, skills: SKILLS, spread: 'zipf', events: 1 },
  });
  const workers = await Promise.all(
    Array.from({ length: SOAKING }, () => httpWorker(stack.url, () => told.next())),
  );
  const processes = await connect();
  const live = async (): Promise<number> => {
    let bytes = 0;
    for (const [, process] of processes) {
      await process.call('HeapProfiler.collectGarbage');
      bytes += usageSchema.parse(await process.call('Runtime.getHeapUsage')).usedSize;
    }
    return bytes;
  };
  const soak = async (milliseconds: number): Promise<number> => {
    const { errors } = await closedLoop(workers, milliseconds);
    if (errors[0] !== undefined) throw new Error(errors[0]);
    return live();
  };
  const before = await soak(WARM_UP_MS);
  const after = await soak(SOAK_MS);
  for (const worker of workers) await worker.close();
  for (const [, process] of processes) process.close();
  await stop();
  return after / before;
}

async function prepare({ folder, seeded }: Setting): Promise<Comparison> {
  const home = join(folder, 'loam');
  await seedLoam(home, SKILLS);
  const years = [await seeded.use(10_000), await seeded.use(100_000)] as const;
  return {
    ...{ cases: [], ratios: [] },
    probes: [
      { ...targets.soakHeap, measure: () => heapGrowth(home) },
      { ...targets.batchStatements, measure: () => statementsOfLargeBatches(home) },
      {
        ...targets.timelinePages,
        measure: async () => (await pagesOfYear(years[1])) / (await pagesOfYear(years[0])),
      },
    ],
    close: async () => {
      await removeLoam(home);
    },
  };
}

/** Shapes that hold on any machine, however busy it is. */
export const laws: Group = { name: 'laws', sizes: ['ci'], minutes: 15, prepare };
