import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { ensureBuild, ensureDependencies } from './ensure.mjs';
import { root, run } from './step.mjs';

/**
 * Measures the embedded stack as a user has it: cold and warm start, memory at rest, import of a tree of skills, the
 * latency of metadata and download, and a replay check after 10,000 uses. Prints a table; `--json FILE` writes it too.
 * Nothing else should run meanwhile. `--corpus DIR` names the tree (LOAM_CORPUS, ../shared/corpus, then samples).
 */

const { values } = parseArgs({ options: { json: { type: 'string' }, corpus: { type: 'string' } } });
const services = ['gateway', 'registry', 'telemetry', 'capturer', 'decay'];
const CONNECTIONS = 64;
const SECONDS = 10;
const USES = 10_000;
const REST_MS = 10_000;

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function findCorpus() {
  for (const path of [values.corpus, process.env.LOAM_CORPUS, join(root, '../shared/corpus')])
    if (path && (await exists(path))) return path;
  return join(root, 'samples');
}

/** Starts Loam and resolves when it says that it is ready. */
async function start(home) {
  const began = performance.now();
  const environment = { ...process.env, LOAM_HOME: home, LOAM_PORT: '0' };
  const child = spawn(process.execPath, ['tools/start.mjs'], { cwd: root, env: environment, stdio: 'pipe' });
  let output = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Loam is ready')) resolve();
    });
    child.once('exit', () => reject(new Error(`Loam did not start:\n${output}`)));
  });
  const seconds = (performance.now() - began) / 1000;
  const facts = JSON.parse(await readFile(join(home, 'standalone.json'), 'utf8'));
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { ...facts, seconds, stop };
}

/** Proportional set size of the services in MiB, by name. */
async function memoryOf({ processes }) {
  const entries = services.map(async (name) => {
    const rollup = await readFile(`/proc/${processes[name]}/smaps_rollup`, 'utf8');
    return [name, Math.round(Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) / 1024)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function loam(home, ...args) {
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin/loam'), ...args], {
    env: { ...process.env, LOAM_HOME: home },
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`loam ${args.join(' ')} ended with ${code}: ${output}`);
  return { seconds: (performance.now() - began) / 1000, output };
}

async function load(url, token, options = {}) {
  const headers = { authorization: `Bearer ${token}`, ...options.headers };
  const result = await autocannon({ ...options, url, headers, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  const { latency, requests } = result;
  return { p50: latency.p50, p99: latency.p99, perSecond: Math.round(requests.average) };
}

/** Reports uses with ids of their own, as a hook script does. */
async function reportUses({ url, token }, slug) {
  const result = await autocannon({
    url: `${url}/v1/usage`,
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ skill_id: slug, event: 'view' }),
    connections: CONNECTIONS,
    amount: USES,
  });
  if (result['2xx'] !== USES) throw new Error(`${result['2xx']} of ${USES} uses were recorded`);
  return { p50: result.latency.p50, p99: result.latency.p99, perSecond: Math.round(USES / result.duration) };
}

async function measure(home) {
  const corpus = await findCorpus();
  const cold = await start(home);
  await cold.stop();
  const warm = await start(home);
  try {
    await delay(REST_MS);
    const memory = await memoryOf(warm);
    const first = await loam(home, 'import', corpus, '--json');
    const again = await loam(home, 'import', corpus, '--json');
    const items = await (
      await fetch(`${warm.url}/v1/skills?limit=1`, { headers: { authorization: `Bearer ${warm.token}` } })
    ).json();
    const at = `${warm.url}/v1/skills/${items[0].slug}`;
    const metadata = await load(at, warm.token);
    const download = await load(`${at}/bundle.tar.gz?bytes=true`, warm.token);
    const uses = await reportUses(warm, items[0].slug);
    const check = await loam(home, 'admin', 'replay', '--check', '--json');
    return {
      cold: cold.seconds,
      warm: warm.seconds,
      memory,
      corpus,
      first,
      again,
      metadata,
      download,
      uses,
      check,
    };
  } finally {
    await warm.stop();
  }
}

await ensureDependencies();
await ensureBuild();
const home = await mkdtemp(join(tmpdir(), 'loam-measure-'));
await chmod(home, 0o755);
try {
  const result = await measure(home);
  const { memory, metadata, download, uses } = result;
  const { published: count } = JSON.parse(result.first.output);
  const total = Object.values(memory).reduce((sum, one) => sum + one, 0);
  const fixed = (number) => number.toFixed(1);
  const commit = (await run('git', ['rev-parse', '--short', 'HEAD'])).output.trim();
  const latency = ({ p50, p99, perSecond }) => `p50 ${p50} ms, p99 ${p99} ms, ${perSecond}/s`;
  const rows = [
    ['cold start (fresh home, programs installed)', `${fixed(result.cold)} s`],
    ['warm start', `${fixed(result.warm)} s`],
    [
      'memory of the five services at rest (PSS)',
      `${total} MiB (${Object.entries(memory)
        .map((one) => one.join(' '))
        .join(', ')})`,
    ],
    [
      'import of the corpus',
      `${count} items in ${fixed(result.first.seconds)} s: ${fixed(count / result.first.seconds)}/s`,
    ],
    ['import of the same again', `${fixed(result.again.seconds)} s`],
    [`metadata, ${CONNECTIONS} connections`, latency(metadata)],
    [`download, ${CONNECTIONS} connections`, latency(download)],
    [`${USES} uses, one per request, ${CONNECTIONS} connections`, latency(uses)],
    ['replay check of all services after that', `${fixed(result.check.seconds)} s, no difference`],
  ];
  console.log(
    `Commit ${commit}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
  );
  console.log(
    ['| what | figure |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'),
  );
  if (values.json) await writeFile(values.json, JSON.stringify({ commit, rows }, null, 2));
} finally {
  await run(process.execPath, ['tools/reset.mjs'], { env: { ...process.env, LOAM_HOME: home } });
  await rm(home, { recursive: true, force: true });
}
