import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root } from './step.mjs';

/** `npm start`: installs and builds what is missing, then runs the launcher in this process. */

await ensureDependencies();
await ensureBuild();
await import(`${root}dist/apps/standalone/src/main.js`);
