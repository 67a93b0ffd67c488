import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root } from './step.mjs';

/** `npm run reset`: forgets everything that `npm start` has kept, unless Loam is running. */

const home = resolve(root, process.env.LOAM_HOME || '.loam');
if (!existsSync(home)) {
  console.log(`There is nothing in ${home}.`);
  process.exit();
}
await ensureDependencies();
await ensureBuild();
const { removeStack } = await import(`${root}dist/libs/stack/src/index.js`);
try {
  await removeStack(home);
  console.log(`Removed ${home}.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
