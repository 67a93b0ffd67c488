import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from './groups';
import { describeMachine } from './machine';
import { toJson } from './json';
import { failuresOf, passedIn, toMarkdown, type Report } from './report';
import { ROOT } from './root';
import { runGroup, type Result } from './run';
import { SeededHomes } from './seeded-homes';
import type { Group, Setting } from './scenario';

const USAGE = `npm run bench -- [group…] [--size ci|full] [--rounds N] [--secs S] [--json FILE] [--profile] [--markdown]

--markdown writes the tables into docs/measurements.md; --profile prints the hottest frames of each case.
Groups: `;

const PAGE = join(ROOT, 'docs/measurements.md');
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

const log = (line: string): void => console.error(line);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'full' },
    rounds: { type: 'string' },
    secs: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

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

/** Measures what was asked for, in a folder of its own that is gone afterwards. */
async function measure(): Promise<Report> {
  const size = values.size === 'ci' ? 'ci' : 'full';
  const rounds = Number(values.rounds ?? (size === 'ci' ? 1 : 3));
  const seconds = Number(values.secs ?? (size === 'ci' ? 2 : 3));
  const folder = await mkdtemp(join(tmpdir(), 'loam-bench-'));
  // As root, Postgres and nginx run as other users.
  await chmod(folder, 0o755);
  const homes = new SeededHomes(folder);
  const setting = { size, folder, profile: values.profile, seeded: homes.home } as const;
  const plan = { rounds, measuredMs: seconds * 1000, warmUpMs: Math.min(2000, seconds * 1000), log };
  try {
    const machine = await describeMachine(folder);
    const results: Result[] = [];
    for (const group of chosen(size)) results.push(await runGroup(group, setting, plan));
    return { schema: 1, machine, params: { size, rounds, seconds }, results };
  } finally {
    await homes.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(`${USAGE}${groups.map(({ name }) => name).join(', ')}`);
    return;
  }
  const report = await measure();
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(toJson(report), null, 2));
  const markdown = toMarkdown(report);
  if (values.markdown) await writePage(markdown);
  console.log(markdown);
  const failures = failuresOf(report, process.env['CI'] !== undefined);
  for (const failure of failures) console.log(failure);
  console.log(`${passedIn(report)} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

void main();
