import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, run } from './step.mjs';

/**
 * Runs the named jest projects and answers `{ passed, failed, output }`. A suite that could not run counts as one
 * failure, as does a run that left no report; in continuous integration so does each skipped test.
 */
export async function jest(projects, { show = false, args = [], signal } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'loam-jest-'));
  const report = join(folder, 'report.json');
  const { code, output } = await run(
    bin('jest'),
    ['--selectProjects', ...projects, '--passWithNoTests', '--json', `--outputFile=${report}`, ...args],
    { show, signal },
  );
  const result = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'));
  await rm(folder, { recursive: true });
  if (!result) return { passed: 0, failed: 1, output };
  const skipped = process.env.CI ? result.numPendingTests : 0;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + skipped;
  return { passed: result.numPassedTests, failed: failed || (code === 0 ? 0 : 1), output };
}
