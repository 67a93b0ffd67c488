import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root } from './step.mjs';

/** `npm run bench`: builds what is missing, then measures. See bench/README.md. */

await ensureDependencies();
await ensureBuild();
await import(`${root}dist/bench/main.js`);
