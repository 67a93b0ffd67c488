import { removeStack } from '@loam/stack';
import { stackOfThisRun } from './stack-of-this-run';

/** Ends what global-setup started and removes its data. */
async function globalTeardown(): Promise<void> {
  const running = stackOfThisRun();
  if (running === undefined) return;
  await running.stack.stop();
  await removeStack(running.home);
}

// Jest takes what the module itself is.
export = globalTeardown;
