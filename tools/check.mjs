import { ensureDependencies } from './ensure.mjs';
import { gates, inParallel } from './gates.mjs';
import { jest } from './jest.mjs';
import { bin, root, run } from './step.mjs';

const program = async ([command, ...args]) => {
  const { code, output } = await run(command === 'node' ? process.execPath : bin(command), args);
  return { passed: 0, failed: code === 0 ? 0 : 1, output };
};

/** By name, the longest first, so that two lanes end at about the same time. */
const steps = {
  lint: () => program(gates.lint),
  canaries: () => program(['node', `${root}tools/canaries.mjs`]),
  types: () => program(gates.types),
  'unit tests': () => jest(['unit']),
  unused: () => program(gates.unused),
  imports: () => program(gates.imports),
  format: () => program(gates.format),
  layout: () => program(gates.layout),
};

async function timed(name, work) {
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${result.failed === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  return { name, ...result };
}

/**
 * Runs every check that needs no server, two at a time, and prints what the failed ones said at the end. Answers
 * how many unit tests passed, and how many unit tests and other checks failed.
 */
export async function check() {
  const results = await inParallel(
    2,
    Object.entries(steps).map(
      ([name, work]) =>
        () =>
          timed(name, work),
    ),
  );
  const failures = results.filter((result) => result.failed > 0);
  for (const { name, output } of failures) console.log(`\n── ${name} ──\n${output.trim()}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

if (process.argv[1] === import.meta.filename) {
  await ensureDependencies();
  const { failed } = await check();
  process.exitCode = failed === 0 ? 0 : 1;
}
