import { join } from 'node:path';

/** The folder of the repository; this file runs as `dist/bench/root.js`. */
export const ROOT = join(__dirname, '../..');
/** All compiled programs. */
export const DISTRIBUTION = join(ROOT, 'dist');
