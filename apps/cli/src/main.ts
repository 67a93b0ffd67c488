import { setPriority } from 'node:os';
import { passOver, runHook } from './hook/run-hook';
import { isHookVerb, isUnknownVerb } from './hook/wiring';

const [command, verb] = process.argv.slice(2);
/** As `nice` counts. */
const POLITE = 10;

/** Nobody waits for what was noted to be sent, and a person may wait for the next hook. */
async function sendPolitely(): Promise<void> {
  setPriority(POLITE);
  const { send } = await import('./hook/send.js');
  await send(process.env);
}

// A person waits for each hook, so hooks load nothing of what the other commands need.
if (command === 'hook' && isHookVerb(verb)) runHook(verb, process.env);
else if (command === 'hook' && verb === 'send') void sendPolitely();
// A person at a terminal is told.
else if (command === 'hook' && isUnknownVerb(verb) && !process.stdin.isTTY) passOver();
else void import('./run-main.js').then(({ runMain }) => runMain());
