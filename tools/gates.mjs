/**
 * The checks that read the code without running it, by name: the command of each. `check.mjs` runs them on the
 * repository, `canaries.mjs` on files that each of them must refuse.
 */
export const gates = {
  lint: ['nx', 'run', 'loam:lint'],
  types: ['tsc', '-p', 'tsconfig.json', '--pretty', 'false'],
  unused: ['knip', '--no-progress'],
  imports: ['depcruise', 'apps', 'libs'],
  format: ['prettier', '--check', '.'],
  layout: ['node', 'tools/layout.mjs'],
};

/** Starts `limit` of the tasks at a time, in their order, and answers their results in the same order. */
export async function inParallel(limit, tasks) {
  const results = [];
  const queue = tasks.entries();
  const worker = async () => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
