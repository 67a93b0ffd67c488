import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** The folder of the repository, with a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The path of a development tool's command. */
export const bin = (name) => `${root}node_modules/.bin/${name}`;

/** Runs a step and prints its name and time if it takes longer than a second. */
export async function step(name, work) {
  const started = performance.now();
  const timer = setTimeout(() => console.log(`${name} …`), 1000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 1) console.log(`${name}: ${seconds.toFixed(1)} s`);
  }
}

/**
 * Runs a program in the repository's folder (or `cwd`) and answers its exit code and what it wrote, without
 * colours; with `show` it writes to the terminal itself. Rejects only when the program cannot be started, or is ended
 * by the signal.
 */
export function run(command, args, { show = false, cwd = root, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, signal, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: stripVTControlCharacters(output) }));
  });
}
