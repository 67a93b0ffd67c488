import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root } from './step.mjs';

/** `npm run reset`: forgets everything that `npm start` has kept, unless Loam is running. */

await ensureDependencies();
await ensureBuild();
process.argv[2] = 'reset';
await import(`${root}dist/apps/standalone/src/main.js`);
