import { z } from 'zod';
import { Database } from '@loam/database';
import { Jobs } from './jobs';
import { catalog, takeEffect } from './jobs.fixtures';

/** A process of its own that works on the queues, to be killed: it takes the effect, says so, and may never end. */
const optionsSchema = z.object({
  redisUrl: z.string(),
  keyPrefix: z.string(),
  hang: z.boolean(),
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
      await takeEffect(database, tenant ?? '', session);
      process.stdout.write('effect\n');
      if (options.hang) await new Promise(silent);
    },
    draftAgain: () => Promise.resolve(),
  });
}

void main();
