import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failuresOf, passedIn } from './gate';
import { groups } from './groups';
import { describeMachine } from './machine';
import { framesOf, toMarkdown } from './report';
import { ROOT } from './root';
import { runGroup } from './run';
import { runSchema, type Run } from './run-file';
import type { Group, Setting } from './scenario';
import { SeededHomes } from './seeded-homes';

const USAGE = `npm run bench -- [group…] [--size ci|full] [--rounds N] [--secs S] [--json FILE] [--profile] [--markdown]
npm run bench -- --from FILE [--markdown]

--json writes what is known after each group; --from shows such a file and measures nothing; --markdown writes the
tables into docs/measurements.md; --profile prints the hottest frames of each case.
Groups: `;

const PAGE = join(ROOT, 'docs/measurements.md');
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'full' },
    rounds: { type: 'string' },
    secs: { type: 'string' },
    json: { type: 'string' },
    from: { type: 'string' },
    profile: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const began = performance.now();
const log = (line: string): void => {
  const seconds = Math.floor((performance.now() - began) / 1000);
  console.error(`${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')} ${line}`);
};

function chosen(size: Setting['size']): Group[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  if (positionals.length === 0) return groups.filter(({ sizes }) => sizes.includes(size));
  return positionals.map((name) => {
    const group = byName.get(name);
    if (group === undefined)
      throw new Error(`There is no group ${name}.\n\n${USAGE}${[...byName.keys()].join(', ')}`);
    return group;
  });
}

async function writePage(markdown: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for the tables`);
  await writeFile(PAGE, `${before}${BEGIN}\n\n${markdown.trim()}\n\n${END}${after}`);
}

/** Says what is to come, and how long it takes where it was tried. */
function announce(plan: readonly Group[], { size, rounds, seconds }: Run['params']): void {
  const share = size === 'full' ? rounds / 3 : 0.1;
  const minutes = plan.map((group) => group.minutes * share);
  for (const [index, { name }] of plan.entries())
    log(`${name}: about ${(minutes[index] ?? 0).toFixed(1)} min`);
  const all = minutes.reduce((sum, one) => sum + one, 0);
  log(
    `about ${all.toFixed(0)} minutes in all, and what is not seeded yet; rounds: ${rounds} of ${seconds} s`,
  );
}

/** Measures what was asked for, in a folder of its own that is gone afterwards. */
async function measure(): Promise<Run> {
  const size = values.size === 'ci' ? 'ci' : 'full';
  const rounds = Number(values.rounds ?? (size === 'ci' ? 1 : 3));
  const seconds = Number(values.secs ?? 2);
  const folder = await mkdtemp(join(tmpdir(), 'loam-bench-'));
  // As root, Postgres and nginx run as other users.
  await chmod(folder, 0o755);
  const homes = await SeededHomes.open(size === 'full' ? undefined : folder, log);
  const setting = { size, folder, profile: values.profile, seeded: homes } as const;
  const plan = { rounds, measuredMs: seconds * 1000, warmUpMs: Math.min(2000, seconds * 1000), log };
  const params = { size, rounds, seconds } as const;
  try {
    const run: Run = { schema: 1, machine: await describeMachine(folder), params, results: [] };
    const wanted = chosen(size);
    announce(wanted, params);
    for (const group of wanted) {
      run.results.push(await runGroup(group, setting, plan));
      if (values.json !== undefined) await writeFile(values.json, JSON.stringify(run, null, 2));
    }
    return run;
  } finally {
    await homes.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(`${USAGE}${groups.map(({ name }) => name).join(', ')}`);
    return;
  }
  const { from } = values;
  const run =
    from === undefined ? await measure() : runSchema.parse(JSON.parse(await readFile(from, 'utf8')));
  const markdown = toMarkdown(run);
  if (values.markdown) await writePage(markdown);
  console.log(markdown);
  for (const result of run.results) console.log(framesOf(result));
  const failures = failuresOf(run, process.env['CI'] !== undefined);
  for (const failure of failures) console.log(failure);
  console.log(`${passedIn(run)} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

void main();
