import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root } from './step.mjs';

/** Writes the documents that are made from the contracts. A unit test fails while they are out of date. */

await ensureDependencies();
await ensureBuild();

const load = (file) => createRequire(import.meta.url)(`${root}dist/libs/contracts/src/${file}.js`);

const handlers = await readdir(`${root}apps`, { recursive: true, withFileTypes: true });
const sources = await Promise.all(
  handlers
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length))
    .sort()
    .map(async (path) => ({ path, text: await readFile(root + path, 'utf8') })),
);

const asJson = (value) => `${JSON.stringify(value, null, 2)}\n`;
const documents = {
  'docs/openapi.json': asJson(load('openapi').openApiDocument()),
  'docs/asyncapi.json': asJson(load('asyncapi').asyncApiDocument()),
  'docs/events.md': load('events-page').eventsPage(sources),
  'libs/contracts/contracts.lock.json': asJson(load('lock').contractsLock()),
};

await mkdir(`${root}docs`, { recursive: true });
for (const [file, text] of Object.entries(documents)) {
  const stale = (await readFile(root + file, 'utf8').catch(() => '')) !== text;
  if (stale) await writeFile(root + file, text);
  console.log(`${stale ? 'written ' : 'current '} ${file}`);
}
