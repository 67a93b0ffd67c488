import { parseArgs } from 'node:util';
import { check } from './check.mjs';
import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { jest } from './jest.mjs';

/**
 * Installs, builds, checks and tests, and ends with one line `N passed, N failed`, in which a failed check counts
 * as one. `--only unit|int|e2e|faults` runs that kind of test alone; what follows it goes to jest.
 */

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });

await ensureDependencies();
await ensureBuild();

const results = values.only
  ? [await jest([values.only], { show: true, args: positionals })]
  : [await check(), await jest(['int', 'e2e'], { show: true })];

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
