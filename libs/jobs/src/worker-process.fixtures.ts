import { z } from 'zod';
import { Database } from '@loam/database';
import { Jobs } from './jobs';
import { catalog, takeEffect } from './jobs.fixtures';

/** A process of its own that works on the queues, to be killed: it takes the effect, says so, and may never end. */
const optionsSchema = z.object({
  redisUrl: z.string(),
  keyPrefix: z.string(),
  /** Whether it never ends, or how long it blocks its event loop before it takes the effect, in ms. */
  hang: z.union([z.boolean(), z.number()]),
  database: z.object({
    url: z.string(),
    systemUrl: z.string(),
    schema: z.string(),
    applicationName: z.string(),
    poolSize: z.number(),
  }),
});

const silent = (): void => undefined;

async function main(): Promise<void> {
  const options = optionsSchema.parse(JSON.parse(process.env['LOAM_TEST_WORKER'] ?? ''));
  const database = await Database.open(options.database);
  const jobs = new Jobs({
    service: 'capturer',
    catalog,
    redisUrl: options.redisUrl,
    keyPrefix: options.keyPrefix,
    database,
    log: { info: silent, warn: silent, error: silent },
    reconcileMs: 60_000,
    leaseMs: 1000,
  });
  jobs.work({
    draft: async ({ session }, { tenant }) => {
      if (typeof options.hang === 'number') {
        process.stdout.write('begun\n');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.hang);
      }
      await takeEffect(database, tenant ?? '', session);
      process.stdout.write('effect\n');
      if (options.hang === true) await new Promise(silent);
    },
    draftAgain: () => Promise.resolve(),
  });
}

void main();
