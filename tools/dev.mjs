import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { root } from './step.mjs';

/** `npm start`, begun anew a moment after a source changes. */

let program;
let timer;
let restarting = Promise.resolve();

function start() {
  program = spawn(process.execPath, [`${root}tools/start.mjs`], { cwd: root, stdio: 'inherit' });
}

async function stop() {
  if (program.exitCode !== null || program.signalCode !== null) return;
  program.kill('SIGTERM');
  await once(program, 'exit');
}

async function restart() {
  await stop();
  start();
}

start();
for (const folder of ['apps', 'libs']) {
  watch(root + folder, { recursive: true }, (_, file) => {
    if (!file?.endsWith('.ts') || file.endsWith('.spec.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => (restarting = restarting.then(restart)), 300);
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    clearTimeout(timer);
    await stop();
    process.exit();
  });
}
