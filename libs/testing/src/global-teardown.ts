import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removePostgresData } from '@loam/embedded';
import { stackOfThisRun } from './stack-of-this-run';

/** Ends what global-setup started and removes its data. */
async function globalTeardown(): Promise<void> {
  const stack = stackOfThisRun();
  if (stack === undefined) return;
  await stack.postgres.stop();
  await stack.guard.dismiss();
  await removePostgresData(stack.dataDir);
  await rm(dirname(stack.dataDir), { recursive: true, force: true });
}

// Jest takes what the module itself is.
export = globalTeardown;
