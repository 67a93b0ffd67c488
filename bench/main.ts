import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from './groups';
import { describeMachine } from './machine';
import { failuresOf, toMarkdown, type Report } from './report';
import { ROOT } from './root';
import { runGroup, type Result } from './run';
import type { Group, Setting } from './scenario';

const USAGE = `npm run bench -- [group…] [--size ci|full] [--rounds N] [--secs S] [--json FILE] [--profile] [--markdown]

--markdown writes the tables into docs/measurements.md; --profile prints the hottest frames of each case.
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

async function main(): Promise<void> {
  if (values.help) return console.log(`${USAGE}${groups.map(({ name }) => name).join(', ')}`);
  const size = values.size === 'ci' ? 'ci' : 'full';
  const rounds = Number(values.rounds ?? (size === 'ci' ? 1 : 3));
  const seconds = Number(values.secs ?? (size === 'ci' ? 1 : 3));
  const folder = await mkdtemp(join(tmpdir(), 'loam-bench-'));
  // As root, Postgres and nginx run as other users.
  await chmod(folder, 0o755);
  const machine = await describeMachine(folder);
  const results: Result[] = [];
  const plan = {
    rounds,
    measuredMs: seconds * 1000,
    warmUpMs: Math.min(2000, seconds * 1000),
    log: console.error,
  };
  try {
    for (const group of chosen(size))
      results.push(await runGroup(group, { size, folder, profile: values.profile }, plan));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const report: Report = { schema: 1, machine, params: { size, rounds, seconds }, results };
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2));
  const markdown = toMarkdown(report);
  if (values.markdown) await writePage(markdown);
  console.log(markdown);
  const failures = failuresOf(results, process.env['CI'] !== undefined);
  for (const failure of failures) console.log(failure);
  const figures = results.reduce((count, { verdicts }) => count + verdicts.length, 0);
  console.log(`${Math.max(0, figures - failures.length)} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

void main();
