import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { root } from './step.mjs';

const SOURCES = ['apps', 'libs', 'bench'];
const INPUTS = ['.swcrc', 'package-lock.json', 'tools/build.mjs'];

const files = async (folder) =>
  (await readdir(root + folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length));

const isSource = (file) => !/\.(spec|d)\.ts$|\/(project\.json|README\.md)$|\/references\//.test(file);
const outputOf = (source) => `dist/${source.replace(/\.ts$/, '.js')}`;

async function stampOf(sources) {
  const hash = createHash('sha256');
  for (const file of [...INPUTS, ...sources]) {
    const { mtimeMs, size } = await stat(root + file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** Replaces a file in one move, so that a process starting beside the build never reads half of it. */
async function write(file, text) {
  const draft = `${root}${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, root + file);
}

async function compile(source, transformFile) {
  const output = outputOf(source);
  await mkdir(dirname(root + output), { recursive: true });
  if (!source.endsWith('.ts')) return copyFile(root + source, root + output);
  const sourceFileName = relative(dirname(output), source);
  const { code, map } = await transformFile(root + source, { cwd: root, root, sourceFileName });
  await write(`${output}.map`, map);
  await write(output, `${code}//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
}

async function removeLeftOver(sources) {
  const expected = new Set(sources.map(outputOf).flatMap((file) => [file, `${file}.map`]));
  const present = (await Promise.all(SOURCES.map((folder) => files(`dist/${folder}`)))).flat();
  const isDraft = (file) => /\.\d+$/.test(file); // perhaps of a build that runs beside this one
  const leftOver = present.filter((file) => !expected.has(file) && !isDraft(file));
  await Promise.all(leftOver.map((file) => rm(root + file, { force: true })));
}

/** Compiles every source to dist/ unless nothing changed since the last time, and says which. */
export async function build() {
  const started = performance.now();
  const sources = (await Promise.all(SOURCES.map(files))).flat().filter(isSource).sort();
  const stamp = await stampOf(sources);
  if ((await readFile(`${root}dist/.stamp`, 'utf8').catch(() => '')) === stamp) {
    console.log('Build: up to date');
    return;
  }
  const { transformFile } = await import('@swc/core');
  await Promise.all(sources.map((source) => compile(source, transformFile)));
  await removeLeftOver(sources);
  await write('dist/.stamp', stamp);
  console.log(`Build: ${sources.length} files in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === import.meta.filename) await build();
